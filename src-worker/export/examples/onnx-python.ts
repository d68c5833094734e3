import { readInPython } from './read-in-python.ts'

/**
 * The content of `example.py` beside an exported ONNX model; it follows `preprocessing.json`, whatever is in it.
 * @param chained Whether files beside the model read modalities first.
 */
export const onnxPythonExample = (
  chained: boolean,
): string => String.raw`"""From raw values to classes with model.onnx. Needs numpy and onnxruntime, and pillow where there are pictures.

    python example.py                               checks the model, then classifies the samples of this folder
    python example.py image=cat.png text="a cat"    classifies your own: a picture, a text, or numbers "0.1 2 -3"
"""

import json
import sys
import unicodedata
from pathlib import Path

import numpy as np
import onnxruntime

HERE = Path(__file__).resolve().parent
DESCRIPTION = json.loads((HERE / "preprocessing.json").read_text(encoding="utf-8"))
SESSION = onnxruntime.InferenceSession(str(HERE / "model.onnx"), providers=["CPUExecutionProvider"])


def preprocess(value, how):
    return {"image": preprocess_image, "text": preprocess_text, "vector": preprocess_vector}[how["type"]](value, how)


def preprocess_image(path, how):
    """Upright, sRGB, the whole picture centred on a white square; then (pixel / 255 - mean) / deviation."""
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(white, picture).convert("RGB")
    size = (how["width"], how["height"])
    if picture.size != size:
        picture = ImageOps.pad(picture, size, Image.LANCZOS, color="white")
    if "scaledTo" in how:
        picture = picture.resize((how["scaledTo"]["width"], how["scaledTo"]["height"]), Image.LANCZOS)
    pixels = np.asarray(picture, np.float64) / how["scale"]
    return (pixels - how["mean"]) / how["deviation"]


def preprocess_vector(values, how):
    if isinstance(values, str):
        values = [float(number) for number in values.replace(",", " ").split()]
    return (np.asarray(values, np.float64) - how["mean"]) / how["deviation"]


def preprocess_text(text, how):
    tokens = tokens_of(text)
    words = tokens + [f"{a} {b}" for a, b in zip(tokens, tokens[1:])]
    padded = [f" {token} " for token in tokens]
    runs = [token[at : at + n] for token in padded for n in (2, 3, 4, 5) for at in range(len(token) - n + 1)]
    return np.concatenate([block(words, how["words"]), block(runs, how["characters"])])


def tokens_of(text):
    """The longest runs of letters, marks and digits."""
    normal = unicodedata.normalize("NFKC", text).lower()
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in normal).split()


def block(found, how):
    position = {term: at for at, term in enumerate(how["terms"])}
    values = np.zeros(len(position))
    for term in found:
        if term in position:
            values[position[term]] += how["weights"][position[term]]
    length = np.linalg.norm(values)
    return values / length * how["share"] if length > 0 else values


${chained ? readInPython : ''}def classify(samples):
    """logits and scores [sample, class] of samples {modality: raw value}."""
    feeds = {
        name: ${chained ? 'read(name, ' : ''}np.stack([preprocess(sample[name], how) for sample in samples]).astype(np.float32)${chained ? ')' : ''}
        for name, how in DESCRIPTION["inputs"].items()
    }
    return SESSION.run(["logits", "scores"], feeds)


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[start + begin : start + end], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        for begin, end in [entry["data_offsets"]]
    }


def compare(name, logits, expected):
    difference = float(np.abs(logits - expected).max())
    print(f"{name}: {len(expected)} samples, largest difference {difference:.1e}")
    assert difference <= 1e-3, f"{name}: the logits are not those of Shapwright's engine"


def check():
    golden = read_safetensors(HERE / "golden.safetensors")
    expected = golden.pop("logits")
    golden.pop("scores")
    compare("golden inputs", SESSION.run(["logits"], golden)[0], expected)
    listing = HERE / "samples" / "samples.json"
    if not listing.exists():
        return
    samples = json.loads(listing.read_text(encoding="utf-8"))
    for sample in samples:
        for name, how in DESCRIPTION["inputs"].items():
            if how["type"] == "image":
                sample[name] = HERE / "samples" / sample[name]
    logits, scores = classify(samples)
    compare("raw samples", logits, expected)
    for sample, score in zip(samples, scores):
        labels = sample.get("labels", [sample.get("label")])
        tell(f"{sample['id']} ({', '.join(labels)})", score)


def tell(name, score):
    """The best class; with a threshold, every class whose score reaches it."""
    if "threshold" in DESCRIPTION:
        pairs = zip(DESCRIPTION["classes"], score)
        answered = [f"{c} {100 * s:.0f} %" for c, s in pairs if s >= DESCRIPTION["threshold"]]
        print(f"{name}: {', '.join(answered) or 'no class'}")
        return
    print(f"{name}: {DESCRIPTION['classes'][int(score.argmax())]}, {100 * score.max():.0f} %")


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    if given:
        tell("your sample", classify([given])[1][0])
    else:
        check()
`
