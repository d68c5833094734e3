import type { Outcome } from '../outcome.ts'
import { defineMetric } from './metric.ts'

/**
 * Mean negative log-likelihood of the labels: −log softmax of the true class, mean over samples; in a multi-label task
 * binary cross-entropy, mean over samples and classes. 0 of no samples.
 */
export function negativeLogLikelihood({ task, logits, labels, classes }: Outcome): number {
  if (labels.length === 0) return 0
  let sum = 0
  labels.forEach((own, row) => {
    const ownLogits = logits.subarray(row * classes, (row + 1) * classes)
    if (task === 'single-label') sum += logSumExp(ownLogits) - ownLogits[own[0]]
    // softplus(x) − x·y
    else {
      for (const logit of ownLogits) sum += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)))
      for (const label of own) sum -= ownLogits[label]
    }
  })
  return sum / labels.length / (task === 'single-label' ? 1 : classes)
}

function logSumExp(logits: Float32Array): number {
  const most = Math.max(...logits)
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - most)
  return most + Math.log(sum)
}

/**
 * exp(−mean negative log-likelihood), so that it is 0–1 and more is better: the geometric mean of the probability that the
 * network gives to what is true.
 */
export const crossEntropy = defineMetric({
  name: 'cross-entropy',
  measure: (outcome) => (outcome.labels.length === 0 ? 0 : Math.exp(-negativeLogLikelihood(outcome))),
})
