import type { ClassFigures } from '#contract/run/events.ts'
import { averagePrecisions } from './metrics/average-precision.ts'
import { countClasses, f1Of } from './metrics/f1.ts'
import { predictedLabels, type Outcome } from './outcome.ts'

/** How well each class is answered; the contract says what every figure is. */
export function classFigures(outcome: Outcome): ClassFigures[] {
  const precisions = averagePrecisions(outcome)
  return countClasses(predictedLabels(outcome), outcome.labels, outcome.classes).map((counts, label) => ({
    precision: counts.predicted > 0 ? counts.hits / counts.predicted : null,
    recall: counts.support > 0 ? counts.hits / counts.support : null,
    f1: f1Of(counts),
    averagePrecision: counts.support > 0 ? precisions[label] : null,
    support: counts.support,
  }))
}
