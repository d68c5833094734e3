import type { Outcome } from '../outcome.ts'
import { defineMetric } from './metric.ts'

/**
 * Mean negative log-likelihood of the labels: −log softmax of the true class, mean over samples; in a multi-label task
 * binary cross-entropy, mean over samples and classes. 0 of no samples.
 */
export function negativeLogLikelihood({ task, logits, labels, classes }: Outcome): number {
  if (labels.length === 0) return 0
  const lossOf = task === 'single-label' ? logSumExp : softplusSum
  let sum = 0
  labels.forEach((own, row) => {
    sum += lossOf(logits, row * classes, (row + 1) * classes)
    for (const label of own) sum -= logits[row * classes + label]
  })
  return sum / labels.length / (task === 'single-label' ? 1 : classes)
}

/** log Σ e^x over logits from `start` to `end`. */
function logSumExp(logits: Float32Array, start: number, end: number): number {
  let most = -Infinity
  for (let at = start; at < end; at++) most = Math.max(most, logits[at])
  let sum = 0
  for (let at = start; at < end; at++) sum += Math.exp(logits[at] - most)
  return most + Math.log(sum)
}

/** Σ log(1 + e^x) over logits from `start` to `end`. */
function softplusSum(logits: Float32Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++)
    sum += Math.max(logits[at], 0) + Math.log1p(Math.exp(-Math.abs(logits[at])))
  return sum
}

/**
 * exp(−mean negative log-likelihood), so that it is 0–1 and more is better: the geometric mean of the probability that the
 * network gives to what is true.
 */
export const crossEntropy = defineMetric({
  name: 'cross-entropy',
  measure: (outcome) => (outcome.labels.length === 0 ? 0 : Math.exp(-negativeLogLikelihood(outcome))),
})
