/** The part of `example.py` that has the files beside the model read raw values. */
export const readInPython = String.raw`BACKBONES = {
    name: onnxruntime.InferenceSession(str(HERE / how["file"]), providers=["CPUExecutionProvider"])
    for name, how in DESCRIPTION["backbones"].items()
}


def read(name, values):
    """What the model takes of raw values [sample, ...]: the features of the file beside it, where one reads this input."""
    if name not in BACKBONES:
        return values
    how = DESCRIPTION["backbones"][name]
    if "scaling" in how:
        scaling = how["scaling"]
        values = (values / 255.0 * scaling["range"] - scaling["mean"]) / scaling["deviation"]
    if how["layout"] == "channels first":
        values = values.transpose(0, 3, 1, 2)
    values = values.astype(np.float32)
    size = how["batch"] or len(values)
    parts = []
    for start in range(0, len(values), size):
        batch = values[start : start + size]
        rows = np.concatenate([batch, np.zeros((size - len(batch), *batch.shape[1:]), np.float32)])
        outputs = BACKBONES[name].run([tap["name"] for tap in how["taps"]], {how["input"]: rows})
        pooled = [
            pool(output[: len(batch)], tap["layout"], how["length"]).reshape(len(batch), -1)
            for output, tap in zip(outputs, how["taps"])
        ]
        parts.append(np.concatenate(pooled, 1))
    return np.concatenate(parts)


def pool(x, layout, length):
    """[sample, length, channels]: maps by their largest values in a grid, sequences along their positions, vectors repeated."""
    if layout == "vector":
        return np.repeat(x[:, None], length, 1)
    if layout == "sequence":
        return windows(x, 1, length)
    if layout == "channels first":
        x = x.transpose(0, 2, 3, 1)
    side = round(length**0.5)
    return windows(windows(x, 1, side), 2, side).reshape(len(x), length, -1)


def windows(x, axis, count):
    size = x.shape[axis]
    cuts = [range(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]
    return np.stack([x.take(cut, axis).max(axis) for cut in cuts], axis)


`
