"""Times PyTorch's training step of the fusion supernet, the peer of `npm run bench -- training-step`.

    python3 bench/peer/training_step.py [--space bm-nas|full] [--threads 2] [--warmup 10] [--steps 60] [--dropout 0.1]

Prints one line of JSON; exit code 77 with a reason on stderr where the comparison would not be fair or possible.
Features stay in memory; a step is forward, binary cross-entropy, backward and Adam. The step τ of the sparse coding
layers is computed once, and what PyTorch does faster of two ways is done so (channel-last products, unfolded sparse
coding, freed memory kept): all to PyTorch's advantage.
"""

import argparse
import json
import time

from fair_torch import start_torch

BATCH = 32
LENGTH = 16
CHANNELS = 192
CLASSES = 23
CELLS = 2
STEPS = 1
FEATURES = {"image.0": 512, "image.1": 512, "image.2": 512, "image.3": 512, "text.0": 64, "text.1": 128}


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--space", choices=["bm-nas", "full"], default="bm-nas")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--dropout", type=float, default=0.1)
    return parser.parse_args()


def main():
    options = parse()
    torch, blas = start_torch(options.threads)
    import torch.nn.functional as F

    from fusion import Supernet
    from layers import SparseCoding, Unfolded
    from operations import SPACES
    from weights import Weights, centred, uniform

    def edges(count):
        return [0.5] * count

    candidates = len(SPACES[options.space])
    mixture = {}
    for i in range(CELLS):
        mixture[f"cell{i}/inputs"] = edges(len(FEATURES) + i)
        for j in range(STEPS):
            mixture[f"cell{i}/node{j}/predecessors"] = edges(2 + j)
            mixture[f"cell{i}/node{j}/operations"] = [1 / candidates] * candidates
    weights = Weights()
    network = Supernet(
        options.space,
        CHANNELS,
        CLASSES,
        weights,
        SparseCoding(operator=Unfolded),
        dropout=options.dropout,
        mixture=mixture,
        cells=CELLS,
        steps=STEPS,
    )
    inputs = {
        name: torch.tensor(centred(f"input/{name}", (BATCH, LENGTH, width), 1))
        for name, width in FEATURES.items()
    }
    target = torch.tensor(uniform("labels", BATCH * CLASSES) < 0.2).reshape(BATCH, CLASSES).float()
    with torch.no_grad():
        network(inputs)
    optimizer = torch.optim.Adam(weights.list(), lr=1e-3, weight_decay=1e-4)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.binary_cross_entropy_with_logits(network(inputs), target)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(options.warmup):
        step()
    size = 768
    square = torch.full((size, size), 0.5)
    products = []
    for _ in range(20):
        start = time.perf_counter()
        torch.mm(square, square)
        products.append(time.perf_counter() - start)
    elapsed = []
    for _ in range(options.steps):
        start = time.perf_counter()
        step()
        elapsed.append(round(1000 * (time.perf_counter() - start), 3))
    print(
        json.dumps(
            {
                "space": options.space,
                "threads": options.threads,
                "dropout": options.dropout,
                "torch": torch.__version__,
                "blas": blas,
                "parameters": sum(tensor.numel() for tensor in weights.list()),
                "msPerStep": elapsed,
                "peak": 2 * size**3 / 1e9 / min(products),
            }
        )
    )


if __name__ == "__main__":
    main()
