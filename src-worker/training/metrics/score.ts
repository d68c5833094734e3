import { predictedLabels, type Outcome } from '../outcome.ts'
import { weightedF1 } from './f1.ts'
import { defineMetric } from './metric.ts'

/** The main score of the task: accuracy, or weighted F1 of a multi-label task. */
export const score = defineMetric({
  name: 'score',
  measure: (outcome) => (outcome.task === 'single-label' ? accuracyOf(outcome) : weightedF1.measure(outcome)),
})

function accuracyOf(outcome: Outcome): number {
  const predicted = predictedLabels(outcome)
  const right = outcome.labels.filter(([label], i) => predicted[i][0] === label)
  return right.length / Math.max(outcome.labels.length, 1)
}
