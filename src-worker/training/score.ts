import { meanAveragePrecision } from './metrics/average-precision.ts'
import { countClasses, macroF1Of, weightedF1Of } from './metrics/f1.ts'
import { score as mainScore } from './metrics/score.ts'
import { predictedLabels, type Outcome } from './outcome.ts'

/** How well answers meet the labels; all are 0 to 1. */
export interface Score {
  /** The task's main score: accuracy, or weighted F1 of a multi-label task. */
  readonly score: number
  readonly macroF1: number
  readonly weightedF1: number
  /** Of a multi-label task. */
  readonly meanAveragePrecision?: number
}

/** Scores answers against labels; no samples score 0. */
export function scoreOutcome(outcome: Outcome): Score {
  const counts = countClasses(predictedLabels(outcome), outcome.labels, outcome.classes)
  return {
    score: mainScore.measure(outcome),
    macroF1: macroF1Of(counts),
    weightedF1: weightedF1Of(counts),
    ...(outcome.task === 'multi-label' && { meanAveragePrecision: meanAveragePrecision.measure(outcome) }),
  }
}
