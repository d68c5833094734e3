"""Evaluates coalitions of the fusion supernet in PyTorch, one after the other: the peer of `npm run bench -- coalitions`.

    python3 bench/peer/coalitions.py FOLDER [--game permutation|operations] [--part 0/1] [--threads 2] [--warmup 2]

FOLDER holds weights, statistics, inputs, labels and mixtures as bench/benchmarks/coalitions/write-case.ts writes them.
Prints one line of JSON: the milliseconds and the number of right answers of every coalition of the part.

A loop of forwards as fast as PyTorch lets it be: inference mode, fixed statistics, channel-last products, unfolded
sparse coding with atoms made once, reshape layers computed once for all coalitions, absent operations skipped, freed
memory kept. What coalitions share beyond the reshape layers is computed for each of them.
"""

import argparse
import json
import os
import time

from fair_torch import start_torch


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--game", choices=["permutation", "operations"], default="permutation")
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warmup", type=int, default=2)
    return parser.parse_args()


def main():
    options = parse()
    torch, blas = start_torch(options.threads)
    import numpy as np

    from fusion import Supernet
    from layers import SparseCoding, Unfolded, unit_atoms

    def numbers(name):
        return torch.from_numpy(np.fromfile(os.path.join(options.folder, f"{name}.f32"), dtype=np.float32))

    with open(os.path.join(options.folder, "case.json")) as file:
        case = json.load(file)

    def named(specs, flat):
        size = lambda shape: int(np.prod(shape))
        return {
            spec["name"]: flat[spec["offset"] : spec["offset"] + size(spec["shape"])].reshape(spec["shape"])
            for spec in specs
        }

    class StoredWeights:
        def __init__(self):
            self.tensors = named(case["parameters"], numbers("weights"))
            pairs = named(case["statistics"], numbers("statistics"))
            self.statistics = {name: (pair[0], pair[1]) for name, pair in pairs.items()}

        def uniform(self, name, shape, fan_in):
            return self.stored(name, shape)

        def constant(self, name, shape, value):
            return self.stored(name, shape)

        def stored(self, name, shape):
            tensor = self.tensors[name]
            if tuple(tensor.shape) != tuple(shape):
                raise ValueError(f"{name} has shape {tuple(tensor.shape)}, asked for {tuple(shape)}")
            return tensor

    class PreparedCoding(SparseCoding):
        def __init__(self, **settings):
            super().__init__(**settings)
            self.operators = {}

        def encode(self, weights, name, u, outputs, taps):
            if name not in self.operators:
                self.operators[name] = Unfolded(unit_atoms(weights.stored(name, (u.shape[-1], outputs, taps))))
            return self.fista(u, self.operators[name], self.steps[name])

    class Evaluation(Supernet):
        """The supernet on features after their reshape layers, without what is absent."""

        def cells(self, features):
            states = list(features.values())
            for i in range(self.cell_count):
                s = self.mix(f"cell{i}/inputs", states)
                nodes = []
                for j in range(self.steps):
                    u = self.mix(f"cell{i}/node{j}/predecessors", [s, s, *nodes])
                    weights = self.mixture[f"cell{i}/node{j}/operations"]
                    present = [
                        weight * operation(self, f"cell{i}/node{j}/{name}", u, u)
                        for weight, (name, operation) in zip(weights, self.operations.items())
                        if weight > 0
                    ]
                    nodes.append(sum(present) if present else torch.zeros_like(s))
                states.append(self.finish(f"cell{i}", nodes, s))
            return states[-self.cell_count :]

        def mix(self, name, states):
            weights = self.mixture[name]
            present = [weight * state for weight, state in zip(weights, states) if weight > 0]
            return sum(present) if present else torch.zeros_like(states[0])

    network = Evaluation(
        case["space"],
        case["channels"],
        case["classes"],
        StoredWeights(),
        PreparedCoding(steps=case["steps"], operator=Unfolded),
        mixture={},
        cells=case["cells"],
        steps=case["innerNodes"],
    )
    count = case["count"]
    shape = {feature["id"]: (count, case["length"], feature["channels"]) for feature in case["features"]}
    inputs = {name: numbers(f"input {name}").reshape(size) for name, size in shape.items()}
    labels = torch.tensor(case["labels"])
    mixtures = numbers(f"mixtures {options.game}").reshape(-1, case["players"]).tolist()
    part, parts = (int(number) for number in options.part.split("/"))
    chosen = list(range(part, len(mixtures), parts))

    def mixture_of(weights):
        return {name: [weights[i] for i in players] for name, players in case["decisions"].items()}

    elapsed, correct = [], []
    with torch.inference_mode():
        features = {name: network.reshape(name, x) for name, x in inputs.items()}

        def evaluate(i):
            network.mixture = mixture_of(mixtures[i])
            answers = network.head(network.cells(features)).argmax(1)
            return int((answers == labels).sum())

        for i in chosen[-options.warmup :]:
            evaluate(i)
        processor = time.process_time()
        for i in chosen:
            start = time.perf_counter()
            correct.append(evaluate(i))
            elapsed.append(round(1000 * (time.perf_counter() - start), 3))
        processor = time.process_time() - processor
    print(
        json.dumps(
            {
                "space": case["space"],
                "game": options.game,
                "threads": options.threads,
                "torch": torch.__version__,
                "blas": blas,
                "coalitions": chosen,
                "correct": correct,
                "ms": sum(elapsed),
                "processorMs": 1000 * processor,
            }
        )
    )


if __name__ == "__main__":
    main()
