/** The most likely class of each row. logits `[count, classes]`; the first among equals. */
export function predictedClasses(logits: ArrayLike<number>, classes: number): number[] {
  const count = logits.length / classes
  return Array.from({ length: count }, (_, row) => {
    let best = 0
    for (let k = 1; k < classes; k++) if (logits[row * classes + k] > logits[row * classes + best]) best = k
    return best
  })
}

/** Share of predictions that equal their label, 0–1. */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  let hits = 0
  for (let i = 0; i < labels.length; i++) if (predicted[i] === labels[i]) hits++
  return hits / labels.length
}

/** Unweighted mean over classes of F1 = 2·TP / (2·TP + FP + FN); a class that nowhere occurs counts as 0. */
export function macroF1(predicted: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  const hits = new Array<number>(classes).fill(0)
  const occurrences = new Array<number>(classes).fill(0)
  for (let i = 0; i < labels.length; i++) {
    if (predicted[i] === labels[i]) hits[labels[i]]++
    occurrences[labels[i]]++
    occurrences[predicted[i]]++
  }
  return hits.reduce((sum, tp, k) => sum + (occurrences[k] > 0 ? (2 * tp) / occurrences[k] : 0), 0) / classes
}
