import { labelThreshold, type TaskName } from '#contract/dataset.ts'
import type { Labels } from './targets.ts'

/** What a network answers on some samples, and what is true. */
export interface Outcome {
  readonly task: TaskName
  /** [sample, class] */
  readonly logits: Float32Array
  readonly labels: Labels
  readonly classes: number
}

/** σ(logit) ≥ `labelThreshold` from this logit on. */
const logitThreshold = Math.log(labelThreshold / (1 - labelThreshold))

/**
 * The classes that logits [sample, classes] answer: the one of the largest logit, the first of equal ones; in a multi-label
 * task those whose probability is at least `labelThreshold`, which may be none.
 */
export function predictedLabels({
  task,
  logits,
  classes,
}: Pick<Outcome, 'task' | 'logits' | 'classes'>): number[][] {
  const predict = task === 'single-label' ? largest : aboveThreshold
  return Array.from({ length: logits.length / classes }, (_, row) => predict(logits, row * classes, classes))
}

/** Of `classes` logits from `start` on. */
function largest(logits: Float32Array, start: number, classes: number): number[] {
  let best = 0
  for (let at = 1; at < classes; at++) if (logits[start + at] > logits[start + best]) best = at
  return [best]
}

function aboveThreshold(logits: Float32Array, start: number, classes: number): number[] {
  const labels: number[] = []
  for (let at = 0; at < classes; at++) if (logits[start + at] >= logitThreshold) labels.push(at)
  return labels
}

/** Probabilities [sample, classes] of logits, in double precision: softmax, or sigmoid of every class in a multi-label task. */
export function probabilitiesOf({
  task,
  logits,
  classes,
}: Pick<Outcome, 'task' | 'logits' | 'classes'>): Float64Array {
  if (task === 'multi-label') return Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)))
  const probabilities = new Float64Array(logits.length)
  for (let start = 0; start < logits.length; start += classes) {
    let [most, sum] = [-Infinity, 0]
    for (let at = start; at < start + classes; at++) most = Math.max(most, logits[at])
    for (let at = start; at < start + classes; at++) sum += probabilities[at] = Math.exp(logits[at] - most)
    for (let at = start; at < start + classes; at++) probabilities[at] /= sum
  }
  return probabilities
}
