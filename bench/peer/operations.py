"""Candidate operations of a cell's inner nodes, on x, y [batch, length, channels]; one function each.
SM-ShapNAS, Eqs. 13–21; the last three are BM-NAS's own. `cell` carries weights, sparse coding settings, dropout."""

import math

import torch
import torch.nn.functional as F

from layers import batch_norm, layer_norm, linear


def bias(cell, name, channels, fan_in):
    return cell.weights.uniform(name, (channels,), fan_in)


def squeeze_width(channels):
    """H of the squeeze-and-excitation gates."""
    return max(1, 2 * channels // 16)


def attend(q, k, v):
    """softmax(q·kᵀ/√channels) over the keys, times v."""
    scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
    return torch.softmax(scores, dim=-1) @ v


def add(cell, name, x, y):
    return x + y


def glu(cell, name, x, y):
    channels = x.shape[-1]
    value = batch_norm(cell.weights, f"{name}/norm1", linear(cell.weights, name, x, channels, "w1", "b1"))
    gate = batch_norm(cell.weights, f"{name}/norm2", linear(cell.weights, name, y, channels, "w2", "b2"))
    return cell.dropout(value * torch.sigmoid(gate))


def concat(cell, name, x, y):
    mixed = linear(cell.weights, name, torch.cat([x, y], -1), x.shape[-1], "w", "b")
    return cell.dropout(torch.relu(batch_norm(cell.weights, f"{name}/norm", mixed)))


def se_layer(cell, name, x, y):
    channels = x.shape[-1]
    both = torch.cat([x, y], -1)
    hidden = torch.relu(
        linear(cell.weights, name, both.mean(1, keepdim=True), squeeze_width(channels), "w1", "b1")
    )
    gate = torch.sigmoid(linear(cell.weights, name, hidden, channels, "w2", "b2"))
    values = batch_norm(cell.weights, f"{name}/norm", linear(cell.weights, name, both, channels))
    return cell.dropout(values * gate + bias(cell, f"{name}/b", channels, 2 * channels))


def sparse_attention(cell, name, x, y):
    channels = x.shape[-1]
    q = cell.encode(f"{name}/aq", x, channels, 1)
    k = cell.encode(f"{name}/ak", y, channels, 1)
    v = cell.encode(f"{name}/av", y, channels, 1)
    return layer_norm(cell.weights, f"{name}/layernorm", cell.dropout(attend(q, k, v)))


def sparse_glu(cell, name, x, y):
    channels, taps = x.shape[-1], cell.coding.taps
    value = cell.encode(f"{name}/a1", x, channels, taps) + bias(cell, f"{name}/b1", channels, channels * taps)
    gate = cell.encode(f"{name}/a2", y, channels, taps) + bias(cell, f"{name}/b2", channels, channels * taps)
    value = batch_norm(cell.weights, f"{name}/norm1", value)
    gate = batch_norm(cell.weights, f"{name}/norm2", gate)
    return cell.dropout(value * torch.sigmoid(gate))


def sparse_concat(cell, name, x, y):
    channels, taps = x.shape[-1], cell.coding.taps
    code = cell.encode(f"{name}/a", torch.cat([x, y], -1), channels, taps)
    code = code + bias(cell, f"{name}/b", channels, 2 * channels * taps)
    return cell.dropout(torch.relu(batch_norm(cell.weights, f"{name}/norm", code)))


def sparse_se_layer(cell, name, x, y):
    channels, taps = x.shape[-1], cell.coding.taps
    width = squeeze_width(channels)
    both = torch.cat([x, y], -1)
    hidden = cell.encode(f"{name}/a1", both.mean(1, keepdim=True), width, 1)
    hidden = torch.relu(hidden + bias(cell, f"{name}/b1", width, 2 * channels))
    gate = cell.encode(f"{name}/a2", hidden, channels, 1) + bias(cell, f"{name}/b2", channels, width)
    values = batch_norm(cell.weights, f"{name}/norm", cell.encode(f"{name}/a", both, channels, taps))
    return cell.dropout(values * torch.sigmoid(gate) + bias(cell, f"{name}/b", channels, 2 * channels * taps))


def scale_dot_attention(cell, name, x, y):
    return layer_norm(cell.weights, f"{name}/layernorm", cell.dropout(attend(x, y, y)))


def linear_glu(cell, name, x, y):
    both = torch.cat([x, y], -1)
    mixed = batch_norm(
        cell.weights, f"{name}/norm", linear(cell.weights, name, both, both.shape[-1], "w", "b")
    )
    return cell.dropout(F.glu(mixed, dim=-1))


SPACES = {
    "bm-nas": {
        "sum": add,
        "scale_dot_attention": scale_dot_attention,
        "linear_glu": linear_glu,
        "concat_fc": concat,
    },
    "full": {
        "sum": add,
        "glu": glu,
        "concat": concat,
        "se_layer": se_layer,
        "sparse_attention": sparse_attention,
        "sparse_glu": sparse_glu,
        "sparse_concat": sparse_concat,
        "sparse_se_layer": sparse_se_layer,
    },
}
