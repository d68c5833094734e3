import type { TaskName } from '#contract/dataset.ts'

/** How logits are told as classes. */
const tell: Record<TaskName, { names: string; lines: string }> = {
  'single-label': {
    names: 'CLASSES',
    lines: `for row in torch.softmax(logits, -1)[:4]:
    print(f"{CLASSES[row.argmax()]}: {100 * row.max():.0f} %")
`,
  },
  'multi-label': {
    names: 'CLASSES, THRESHOLD',
    lines: `for row in torch.sigmoid(logits)[:4]:
    answered = [f"{name} {100 * score:.0f} %" for name, score in zip(CLASSES, row) if score >= THRESHOLD]
    print(", ".join(answered) or "no class")
`,
  },
}

/** `example.py` beside a generated module. */
export const pytorchExample = (
  task: TaskName,
): string => `"""Checks that the module computes what Shapwright's engine computes: python example.py"""

from pathlib import Path

import torch

from model import ${tell[task].names}, load, load_safetensors

golden = load_safetensors(Path(__file__).resolve().parent / "golden.safetensors")
expected = golden.pop("logits")
with torch.no_grad():
    logits = load()(golden)
difference = (logits - expected).abs().max().item()
print(f"{len(expected)} golden samples, largest difference of a logit {difference:.1e}")
assert difference <= 1e-4, "the module does not compute what the engine does"
${tell[task].lines}`
