import { predictedLabels, type Outcome } from '../outcome.ts'
import type { Labels } from '../targets.ts'
import { defineMetric } from './metric.ts'

/** How often a class was answered, and rightly. */
export interface ClassCounts {
  /** Samples that carry the class and were answered with it. */
  hits: number
  predicted: number
  /** Samples that carry the class. */
  support: number
}

/** The counts of every class. */
export function countClasses(predicted: Labels, labels: Labels, classes: number): ClassCounts[] {
  const counts = Array.from({ length: classes }, () => ({ hits: 0, predicted: 0, support: 0 }))
  labels.forEach((own, i) => {
    for (const label of own) counts[label].support += 1
    for (const label of predicted[i]) {
      counts[label].predicted += 1
      if (own.includes(label)) counts[label].hits += 1
    }
  })
  return counts
}

/** F1 = 2·TP / (2·TP + FP + FN) of a class; of one that nowhere occurs 0. */
export function f1Of({ hits, predicted, support }: ClassCounts): number {
  return predicted + support === 0 ? 0 : (2 * hits) / (predicted + support)
}

const countsOf = (outcome: Outcome) => countClasses(predictedLabels(outcome), outcome.labels, outcome.classes)

/** Unweighted mean of the classes' F1. */
export function macroF1Of(counts: readonly ClassCounts[]): number {
  return counts.reduce((sum, own) => sum + f1Of(own), 0) / counts.length
}

/** Mean of the classes' F1, each weighted by its support. */
export function weightedF1Of(counts: readonly ClassCounts[]): number {
  const total = counts.reduce((sum, { support }) => sum + support, 0)
  return counts.reduce((sum, own) => sum + f1Of(own) * own.support, 0) / Math.max(total, 1)
}

export const macroF1 = defineMetric({ name: 'macro-f1', measure: (outcome) => macroF1Of(countsOf(outcome)) })

export const weightedF1 = defineMetric({
  name: 'weighted-f1',
  measure: (outcome) => weightedF1Of(countsOf(outcome)),
})
