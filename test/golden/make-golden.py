"""Writes the golden loss curves of this folder with PyTorch. See README.md for the format.

    python3 test/golden/make-golden.py [folder]
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "bench" / "peer"))

from backbones import ConvolutionalNetwork, MaxoutNetwork  # noqa: E402
from fusion import DerivedNetwork, Supernet  # noqa: E402
from layers import Convolution, SparseCoding, Unfolded, operator_bound, unit_atoms  # noqa: E402
from operations import SPACES  # noqa: E402
from weights import Weights, centred, uniform  # noqa: E402

OPTIMIZER = {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 1e-4}
STEPS = 20
CLASSES = 5
FEATURES = {"image.0": [4, 6], "image.1": [4, 10], "text.0": [4, 5]}

# The bias in front of a batch norm does not reach the loss.
WITHOUT_GRADIENT = ("b", "b1", "b2")


def mixture_weights(space, features, cells, steps):
    """Weights that differ from each other: identity weights in 0.3 … 0.9, operation weights that sum to 1."""

    def edges(name, count):
        return [round(0.3 + 0.6 * u, 3) for u in uniform(name, count)]

    def candidates(name, count):
        raw = [0.2 + u for u in uniform(name, count)]
        rounded = [round(u / sum(raw), 3) for u in raw]
        return [*rounded[:-1], round(1 - sum(rounded[:-1]), 3)]

    mixture = {}
    for i in range(cells):
        mixture[f"cell{i}/inputs"] = edges(f"mixture/cell{i}", len(features) + i)
        for j in range(steps):
            node = f"cell{i}/node{j}"
            mixture[f"{node}/predecessors"] = edges(f"mixture/{node}/predecessors", 2 + j)
            mixture[f"{node}/operations"] = candidates(f"mixture/{node}/operations", len(SPACES[space]))
    return mixture


def supernet(space, channels, steps, seed):
    mixture = mixture_weights(space, FEATURES, 2, steps)
    in_float32 = {name: torch.tensor(values).tolist() for name, values in mixture.items()}
    return {
        "seed": seed,
        "headScale": 32,
        "inputs": FEATURES,
        "settings": {
            "space": space,
            "channels": channels,
            "cells": 2,
            "steps": steps,
            "operations": list(SPACES[space]),
            "mixture": mixture,
        },
        "build": lambda weights, coding: Supernet(
            space, channels, CLASSES, weights, coding, mixture=in_float32, cells=2, steps=steps
        ),
    }


def derived(space, channels, genotype, seed):
    return {
        "seed": seed,
        "headScale": 32,
        "inputs": FEATURES,
        "settings": {"space": space, "channels": channels, "genotype": genotype},
        "build": lambda weights, coding: DerivedNetwork(
            space, channels, CLASSES, weights, coding, genotype=genotype
        ),
    }


def cell(inputs, *nodes):
    return {
        "inputs": inputs,
        "nodes": [{"predecessors": [x, y], "operation": operation} for x, y, operation in nodes],
    }


def cases():
    full = {
        "cells": [
            cell(
                ["text.0", "image.0"],
                ("x", "y", "sparse_glu"),
                ("y", "x", "glu"),
                ("node0", "y", "sparse_attention"),
                ("node1", "x", "sparse_concat"),
            ),
            cell(
                ["image.1", "cell0"],
                ("y", "x", "sparse_se_layer"),
                ("x", "node0", "concat"),
                ("x", "y", "se_layer"),
                ("node2", "node1", "sum"),
            ),
        ]
    }
    bm_nas = {
        "cells": [
            cell(["image.0", "text.0"], ("x", "y", "scale_dot_attention"), ("node0", "x", "concat_fc")),
            cell(["cell0", "image.1"], ("y", "x", "linear_glu"), ("node0", "y", "sum")),
        ]
    }
    return {
        "supernet-bm-nas": supernet("bm-nas", 8, 1, seed="8"),
        "supernet-full": supernet("full", 16, 2, seed="1"),
        "derived": derived("full", 16, full, seed="2"),
        "derived-bm-nas": derived("bm-nas", 8, bm_nas, seed="0"),
        "cnn": {
            "seed": "1",
            "headScale": 8,
            "inputs": {"image": [24, 24, 3]},
            "settings": {"channels": [8, 12, 16]},
            "build": lambda weights, coding: ConvolutionalNetwork([8, 12, 16], CLASSES, weights),
        },
        "maxout": {
            "seed": "3",
            "headScale": 32,
            "inputs": {"vector": [20]},
            "settings": {"units": [16, 12], "pieces": 2},
            "build": lambda weights, coding: MaxoutNetwork([16, 12], 2, CLASSES, weights),
        },
    }


class Data:
    """Minibatches [batches, batch, …] and labels [batches, batch], the same numbers in every precision."""

    def __init__(self, seed, inputs, batches, size, dtype, order=None):
        self.batches = batches
        self.dtype = dtype
        order = list(range(size)) if order is None else order
        self.inputs = {
            name: torch.tensor(centred(f"{seed}/input/{name}", (batches, size, *shape), 1), dtype=dtype)[:, order]
            for name, shape in inputs.items()
        }
        labels = (uniform(f"{seed}/labels", batches * size) * CLASSES).astype(int).reshape(batches, size)
        self.labels = torch.tensor(labels)[:, order]

    def __getitem__(self, step):
        b = step % self.batches
        return {name: values[b] for name, values in self.inputs.items()}, self.labels[b]


def train(case, data, coding_steps=None, rate=1.0):
    """The loss before each update, the logits of the first batch, and what was built on the way."""
    weights = Weights(data.dtype, case["seed"], {"head/w": case["headScale"]})
    coding = SparseCoding(steps=coding_steps)
    network = case["build"](weights, coding)
    with torch.no_grad():
        logits = network(data[0][0])
    optimizer = torch.optim.Adam(
        weights.list(),
        lr=OPTIMIZER["learningRate"] * rate,
        betas=(OPTIMIZER["beta1"], OPTIMIZER["beta2"]),
        eps=OPTIMIZER["epsilon"],
        weight_decay=OPTIMIZER["weightDecay"],
    )
    losses = []
    for step in range(STEPS):
        inputs, labels = data[step]
        loss = F.cross_entropy(network(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            norms = [tensor.grad.norm().item() for tensor in weights.list()]
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "logits": logits, "norms": norms, "specs": weights.specs, "steps": coding.steps}


def difference(a, b):
    return max(abs(x - y) for x, y in zip(a, b))


def golden(name, case, batches=4, size=12):
    def data(dtype, order=None):
        return Data(case["seed"], case["inputs"], batches, size, dtype, order)

    exact = train(case, data(torch.float64))
    single = train(case, data(torch.float32), exact["steps"])
    orders = [uniform(f"order/{i}", size).argsort().tolist() for i in range(10)]
    reordered = [train(case, data(torch.float32, order), exact["steps"]) for order in orders]
    off = train(case, data(torch.float64), exact["steps"], rate=1.001)

    rounding = difference(single["losses"], exact["losses"])
    summary = {
        "float32": rounding,
        "float32Reordered": max(difference(run["losses"], exact["losses"]) for run in reordered),
        "learningRateOff": difference(off["losses"], exact["losses"]),
        "tolerance": min(1e-4, 3 * rounding),
    }
    print(name, *(f"{key} {value:.3g}" for key, value in summary.items()), f"final loss {exact['losses'][-1]:.4f}")
    for spec, norm in zip(exact["specs"], exact["norms"]):
        if norm < 1e-6 and spec["name"].split("/")[-1] not in WITHOUT_GRADIENT:
            raise SystemExit(f"{name}: no gradient reaches {spec['name']} ({norm:.2g})")
    if summary["float32Reordered"] > 1.5 * rounding:
        raise SystemExit(f"{name}: rounding depends on the order of the rows; choose another seed")
    if summary["learningRateOff"] <= 1e-4:
        raise SystemExit(f"{name}: a learning rate 0.1 % off is not noticed ({summary['learningRateOff']:.2g})")

    return {
        "name": name,
        "seed": case["seed"],
        "classes": CLASSES,
        "batchSize": size,
        "batches": batches,
        "inputs": case["inputs"],
        **case["settings"],
        "sparseCodingSteps": exact["steps"],
        "optimizer": OPTIMIZER,
        "parameters": [
            {**spec, "gradientNorm": norm} for spec, norm in zip(exact["specs"], exact["norms"])
        ],
        "firstLogits": exact["logits"].tolist(),
        "losses": {
            "float64": exact["losses"],
            "float32": single["losses"],
            "float64LearningRateOff": off["losses"],
        },
        "differences": summary,
    }


def render(result):
    """JSON with one line per entry of the top level, of `parameters` and of the objects in it."""

    def block(value):
        if isinstance(value, dict) and any(isinstance(entry, (list, dict)) for entry in value.values()):
            lines = [f"    {json.dumps(key)}: {json.dumps(entry)}" for key, entry in value.items()]
            return "{\n" + ",\n".join(lines) + "\n  }"
        if isinstance(value, list) and value and isinstance(value[0], (list, dict)):
            return "[\n" + ",\n".join(f"    {json.dumps(entry)}" for entry in value) + "\n  ]"
        return json.dumps(value)

    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {block(value)}" for key, value in result.items()) + "\n}\n"


def check_sparse_coding():
    """Both forms of the operator agree, their adjoint is exact, and the step bound lies hardly above ‖A‖²."""
    length, inputs, outputs, taps = 6, 5, 4, 3
    dictionary = torch.tensor(centred("check/dictionary", (inputs, outputs, taps), 1), dtype=torch.float64)
    codes = torch.eye(length * outputs, dtype=torch.float64).reshape(-1, length, outputs)
    signals = torch.eye(length * inputs, dtype=torch.float64).reshape(-1, length, inputs)
    forms = [form(unit_atoms(dictionary)) for form in (Convolution, Unfolded)]
    dense, *others = [
        matrix
        for form in forms
        for matrix in (form.synthesise(codes).flatten(1).T, form.analyse(signals).flatten(1))
    ]
    if any((dense - other).abs().max() > 1e-14 for other in others):
        raise SystemExit("sparse coding: the forms of the operator or their adjoints differ")
    exact = torch.linalg.matrix_norm(dense, 2).item() ** 2
    bound = operator_bound(dictionary, length)
    if not exact <= bound <= 1.2 * exact:
        raise SystemExit(f"sparse coding: bound {bound} for ‖A‖² = {exact}")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    torch.set_num_threads(1)
    check_sparse_coding()
    for name, case in cases().items():
        (folder / f"{name}.json").write_text(render(golden(name, case)))


if __name__ == "__main__":
    main()
