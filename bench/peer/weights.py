"""Named weights with initial values that need no random generator, so that any language can rebuild them."""

import math

import numpy as np
import torch

MULTIPLIER = 1664525
INCREMENT = 1013904223


def fnv1a(text):
    """FNV-1a, 32 bits, over the bytes of an ASCII text."""
    value = 0x811C9DC5
    for byte in text.encode("ascii"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def uniform(name, count):
    """`count` doubles in [0, 1): x = fnv1a(name); for each element x = (x·1664525 + 1013904223) mod 2^32, u = x/2^32."""
    powers = np.cumprod(np.full(count, MULTIPLIER, dtype=np.uint32), dtype=np.uint32)
    sums = np.cumsum(np.concatenate([np.ones(1, np.uint32), powers[:-1]]), dtype=np.uint32)
    state = powers * np.uint32(fnv1a(name)) + np.uint32(INCREMENT) * sums
    return state.astype(np.float64) / 2.0**32


def centred(name, shape, bound):
    """float32 array of `shape` (row-major), each element bound·(2u − 1), computed in double and rounded once."""
    values = bound * (2 * uniform(name, math.prod(shape)) - 1)
    return values.astype(np.float32).reshape(shape)


class Weights:
    """Weights by name. The first use of a name creates it and writes down its shape and initial value; later uses
    return the same tensor and check the shape. Uniform values come from the name '{seed}/{name}'.
    `scales` multiplies the bound of single names. `statistics`: batch norm → fixed mean and variance."""

    def __init__(self, dtype=torch.float32, seed="", scales=None):
        self.dtype = dtype
        self.scales = {} if scales is None else scales
        self.seed = seed
        self.statistics = None
        self.tensors = {}
        self.specs = []

    def uniform(self, name, shape, fan_in):
        """Initial values in ±1/√fan_in."""
        bound = self.scales.get(name, 1) / math.sqrt(fan_in)
        values = lambda: centred(f"{self.seed}/{name}", shape, bound)
        return self._named(name, shape, {"fanIn": fan_in, "bound": bound}, values)

    def constant(self, name, shape, value):
        return self._named(name, shape, {"constant": value}, lambda: np.full(shape, value, np.float32))

    def _named(self, name, shape, initial, values):
        if name not in self.tensors:
            self.tensors[name] = torch.tensor(values(), dtype=self.dtype, requires_grad=True)
            self.specs.append({"name": name, "shape": list(shape), **initial})
        tensor = self.tensors[name]
        if tuple(tensor.shape) != tuple(shape):
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, asked for {tuple(shape)}")
        return tensor

    def list(self):
        return [self.tensors[spec["name"]] for spec in self.specs]
