"""Layers shared by the peer networks. Everything is channel-last: [batch, length, channels]."""

import math

import numpy as np
import torch
import torch.nn.functional as F

EPSILON = 1e-5


def batch_norm(weights, name, x):
    """Batch norm over all axes but the last, with the batch's own mean and biased variance, or with those that the
    weights bring along."""
    channels = x.shape[-1]
    weight = weights.constant(f"{name}/weight", (channels,), 1)
    bias = weights.constant(f"{name}/bias", (channels,), 0)
    fixed = weights.statistics
    mean, variance = (None, None) if fixed is None else fixed[name]
    rows = F.batch_norm(
        x.reshape(-1, channels), mean, variance, weight, bias, training=fixed is None, eps=EPSILON
    )
    return rows.reshape(x.shape)


def layer_norm(weights, name, x):
    """Layer norm jointly over the last two axes, affine of the same shape."""
    shape = tuple(x.shape[-2:])
    weight = weights.constant(f"{name}/weight", shape, 1)
    bias = weights.constant(f"{name}/bias", shape, 0)
    return F.layer_norm(x, shape, weight, bias, EPSILON)


def linear(weights, name, x, out, w="w", b=None):
    """x·w (+ b), w [in, out]."""
    inputs = x.shape[-1]
    y = x @ weights.uniform(f"{name}/{w}", (inputs, out), inputs)
    return y if b is None else y + weights.uniform(f"{name}/{b}", (out,), inputs)


def unit_atoms(dictionary):
    """A from V [inputs, outputs, taps]: the atom of every output divided by its norm over (inputs, taps)."""
    norms = dictionary.square().sum(dim=(0, 2), keepdim=True).sqrt()
    return dictionary / norms.clamp_min(1e-12)


def operator_bound(dictionary, length):
    """An upper bound of ‖A‖²: the largest ‖Â(f)‖² over the length + taps − 1 frequencies of the discrete Fourier
    transform along the taps."""
    atoms = unit_atoms(dictionary.detach().double()).numpy()
    transformed = np.fft.fft(atoms, n=length + atoms.shape[2] - 1, axis=2)
    return float(np.linalg.svd(transformed.transpose(2, 0, 1), compute_uv=False).max() ** 2)


class Convolution:
    """A and its adjoint as the convolutions they are, with zero padding."""

    def __init__(self, atoms):
        self.atoms = atoms
        self.padding = (atoms.shape[2] - 1) // 2

    def synthesise(self, z):
        """A z, z [batch, length, outputs] → [batch, length, inputs]."""
        return F.conv1d(z.transpose(1, 2), self.atoms, padding=self.padding).transpose(1, 2)

    def analyse(self, r):
        """Aᵀ r, r [batch, length, inputs] → [batch, length, outputs]."""
        return F.conv_transpose1d(r.transpose(1, 2), self.atoms, padding=self.padding).transpose(1, 2)


class Unfolded:
    """The same operator as products of shifted copies side by side, which PyTorch computes a tenth faster on a CPU."""

    def __init__(self, atoms):
        inputs, outputs, self.taps = atoms.shape
        self.forward = atoms.permute(2, 1, 0).reshape(-1, inputs)
        self.backward = atoms.flip(2).permute(2, 0, 1).reshape(-1, outputs)

    def synthesise(self, z):
        return self.shifted(z) @ self.forward

    def analyse(self, r):
        return self.shifted(r) @ self.backward

    def shifted(self, x):
        """[batch, length, channels] → [batch, length, taps · channels], zeros outside."""
        if self.taps == 1:
            return x
        length, padding = x.shape[1], (self.taps - 1) // 2
        padded = F.pad(x, (0, 0, padding, padding))
        return torch.cat([padded[:, t : t + length] for t in range(self.taps)], -1)


class SparseCoding:
    """Settings of every sparse coding layer of a network. `steps` gives τ per dictionary name; a dictionary without
    one gets 0.9 / operator_bound, which is then kept."""

    def __init__(self, iterations=2, taps=3, lambda1=0.1, lambda2=0.0, steps=None, operator=Convolution):
        self.iterations = iterations
        self.taps = taps
        self.lambda1 = lambda1
        self.lambda2 = lambda2
        self.operator = operator
        self.steps = {} if steps is None else steps

    def encode(self, weights, name, u, outputs, taps):
        """The code z of u [batch, length, inputs] after `iterations` of FISTA from z0 = 0."""
        inputs = u.shape[-1]
        dictionary = weights.uniform(name, (inputs, outputs, taps), inputs * taps)
        if name not in self.steps:
            self.steps[name] = float(np.float32(0.9 / operator_bound(dictionary, u.shape[1])))
        operator = Unfolded if taps == 1 else self.operator
        return self.fista(u, operator(unit_atoms(dictionary)), self.steps[name])

    def fista(self, u, operator, tau):
        def shrink(v):
            return F.softshrink(v, tau * self.lambda1) / (1 + 2 * tau * self.lambda2)

        z = y = shrink(tau * operator.analyse(u))
        t = (1 + math.sqrt(5)) / 2
        for _ in range(1, self.iterations):
            previous, z = z, shrink(y + tau * operator.analyse(u - operator.synthesise(y)))
            following = (1 + math.sqrt(1 + 4 * t * t)) / 2
            y = z + (t - 1) / following * (z - previous)
            t = following
        return z
