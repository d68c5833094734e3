"""The trainable backbones in PyTorch: a VGG-style CNN on images and a Maxout MLP on vectors."""

import torch
import torch.nn.functional as F

from layers import batch_norm, linear


class ConvolutionalNetwork:
    """Stages of 3×3 convolution without bias → batch norm → ReLU → 2×2 max pool; global average pool → linear.
    Images [batch, height, width, channels]. 'conv{i}/w' is [9·in, out], row (ky·3 + kx)·in + c."""

    def __init__(self, channels, classes, weights):
        self.channels = channels
        self.classes = classes
        self.weights = weights

    def __call__(self, inputs):
        x = inputs["image"]
        for i, out in enumerate(self.channels):
            y = self.convolve(f"conv{i}", x, out)
            y = torch.relu(batch_norm(self.weights, f"conv{i}/norm", y))
            x = F.max_pool2d(y.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)
        return linear(self.weights, "head", x.mean((1, 2)), self.classes, "w", "b")

    def convolve(self, name, x, out):
        channels = x.shape[-1]
        rows = self.weights.uniform(f"{name}/w", (9 * channels, out), 9 * channels)
        kernel = rows.reshape(3, 3, channels, out).permute(3, 2, 0, 1)
        return F.conv2d(x.permute(0, 3, 1, 2), kernel, padding=1).permute(0, 2, 3, 1)


class MaxoutNetwork:
    """Layers x·w + b followed by the maximum over `pieces` (column = unit·pieces + piece); then linear."""

    def __init__(self, units, pieces, classes, weights):
        self.units = units
        self.pieces = pieces
        self.classes = classes
        self.weights = weights

    def __call__(self, inputs):
        x = inputs["vector"]
        for i, units in enumerate(self.units):
            y = linear(self.weights, f"maxout{i}", x, units * self.pieces, "w", "b")
            x = y.reshape(-1, units, self.pieces).amax(-1)
        return linear(self.weights, "head", x, self.classes, "w", "b")
