/** How well predictions meet the labels of a single-label task; both are 0 to 1. */
export interface Score {
  readonly accuracy: number
  /** Unweighted mean over classes of F1 = 2·TP / (2·TP + FP + FN); a class that nowhere occurs counts as 0. */
  readonly macroF1: number
}

/** Scores predicted class indices against labels; no samples score 0. */
export function scorePredictions(
  predicted: readonly number[],
  labels: readonly number[],
  classes: number,
): Score {
  const hits = Array.from({ length: classes }, () => 0)
  const occurrences = Array.from({ length: classes }, () => 0)
  labels.forEach((label, i) => {
    occurrences[label] += 1
    occurrences[predicted[i]] += 1
    if (predicted[i] === label) hits[label] += 1
  })
  const f1 = hits.map((count, c) => (occurrences[c] === 0 ? 0 : (2 * count) / occurrences[c]))
  return { accuracy: sum(hits) / Math.max(labels.length, 1), macroF1: sum(f1) / classes }
}

/** The class of the largest logit of every row of logits [sample, classes]; the first of equal ones. */
export function predictedClasses(logits: Float32Array, classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    let best = 0
    for (let c = 1; c < classes; c++) {
      if (logits[row * classes + c] > logits[row * classes + best]) best = c
    }
    return best
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
