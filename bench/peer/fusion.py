"""The fusion networks in PyTorch, written from the description of the method (BM-NAS; SM-ShapNAS, §3.2, App. A, B)
and independent of the TypeScript: the weight-sharing supernet, and the network of one genotype."""

import torch
import torch.nn.functional as F

from layers import SparseCoding, batch_norm, layer_norm, linear
from operations import SPACES


class FusionNetwork:
    """Reshape layers, a way to wire the cells (a subclass's `cells`), and the head.
    Features: name → [batch, length, its channels], already pooled to `length` positions."""

    def __init__(self, space, channels, classes, weights, coding=None, dropout=0.0):
        self.operations = SPACES[space]
        self.channels = channels
        self.classes = classes
        self.weights = weights
        self.coding = SparseCoding() if coding is None else coding
        self.rate = dropout

    def __call__(self, features):
        return self.head(self.cells({name: self.reshape(name, x) for name, x in features.items()}))

    def dropout(self, x):
        return F.dropout(x, self.rate) if self.rate > 0 else x

    def encode(self, name, u, outputs, taps):
        return self.coding.encode(self.weights, name, u, outputs, taps)

    def reshape(self, feature, x):
        return self.project(f"reshape/{feature}", x)

    def project(self, name, x):
        """1×1 convolution → batch norm → ReLU → dropout, to `channels`."""
        y = linear(self.weights, name, x, self.channels, "w", "b")
        return self.dropout(torch.relu(batch_norm(self.weights, f"{name}/norm", y)))

    def finish(self, name, nodes, x):
        """Output of a cell from its inner nodes and its first input x."""
        out = nodes[0] if len(nodes) == 1 else self.project(f"{name}/out", torch.cat(nodes, -1))
        return layer_norm(self.weights, f"{name}/layernorm", out + x)

    def head(self, cells):
        hidden = torch.relu(layer_norm(self.weights, "head/layernorm", torch.cat(cells, -1)))
        return linear(self.weights, "head", hidden.flatten(1), self.classes, "w", "b")


class Supernet(FusionNetwork):
    """Every candidate at once. `mixture` holds the weights after their softmax, by name:
    'cell{i}/inputs'              identity weights of the features, then of the earlier cells
    'cell{i}/node{j}/predecessors' identity weights of x, y, node0, node1, …
    'cell{i}/node{j}/operations'   weights of the operations, in the order of the space"""

    def __init__(self, *args, mixture, cells, steps, **kwargs):
        super().__init__(*args, **kwargs)
        self.mixture = mixture
        self.cell_count = cells
        self.steps = steps

    def cells(self, features):
        states = list(features.values())
        for i in range(self.cell_count):
            s = self.mix(f"cell{i}/inputs", states)
            nodes = []
            for j in range(self.steps):
                u = self.mix(f"cell{i}/node{j}/predecessors", [s, s, *nodes])
                candidates = [
                    operation(self, f"cell{i}/node{j}/{name}", u, u)
                    for name, operation in self.operations.items()
                ]
                nodes.append(self.mix(f"cell{i}/node{j}/operations", candidates))
            states.append(self.finish(f"cell{i}", nodes, s))
        return states[-self.cell_count :]

    def mix(self, name, states):
        weights = self.mixture[name]
        if len(weights) != len(states):
            raise ValueError(f"{name}: {len(weights)} weights for {len(states)} states")
        return sum(weight * state for weight, state in zip(weights, states))


class DerivedNetwork(FusionNetwork):
    """The stand-alone network of a genotype: {'cells': [{'inputs': [x, y], 'nodes': [{'predecessors': [x, y],
    'operation': name}]}]}. A cell's inputs are feature names or 'cell{i}', a node's are 'x', 'y' or 'node{j}'; both
    pairs are ordered."""

    def __init__(self, *args, genotype, **kwargs):
        super().__init__(*args, **kwargs)
        self.genotype = genotype

    def cells(self, features):
        states = dict(features)
        outputs = []
        for i, cell in enumerate(self.genotype["cells"]):
            x, y = (states[name] for name in cell["inputs"])
            inner = {"x": x, "y": y}
            for j, node in enumerate(cell["nodes"]):
                first, second = (inner[name] for name in node["predecessors"])
                name = f"cell{i}/node{j}/{node['operation']}"
                inner[f"node{j}"] = self.operations[node["operation"]](self, name, first, second)
            states[f"cell{i}"] = self.finish(f"cell{i}", list(inner.values())[2:], x)
            outputs.append(states[f"cell{i}"])
        return outputs
