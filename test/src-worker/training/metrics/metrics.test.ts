import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskName } from '#contract/dataset.ts'
import { metrics } from '#worker/training/metrics/index.ts'
import { averagePrecisions } from '#worker/training/metrics/average-precision.ts'
import { negativeLogLikelihood } from '#worker/training/metrics/cross-entropy.ts'
import { predictedLabels, probabilitiesOf, type Outcome } from '#worker/training/outcome.ts'

const classes = 3

/** Logits of few distinct values, so that equal ones occur. */
const outcomes = (task: TaskName): fc.Arbitrary<Outcome> => {
  const labels =
    task === 'single-label'
      ? fc.integer({ min: 0, max: classes - 1 }).map((label) => [label])
      : fc.subarray([0, 1, 2])
  const sample = fc.record({
    logits: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: classes, maxLength: classes }),
    labels,
  })
  return fc.array(sample, { minLength: 1, maxLength: 25 }).map((samples) => ({
    task,
    logits: Float32Array.from(samples.flatMap(({ logits }) => logits)),
    labels: samples.map(({ labels }) => labels),
    classes,
  }))
}
const anyOutcome = fc.oneof(outcomes('single-label'), outcomes('multi-label'))

/** How often a statement holds of the samples. */
const countOf = ({ labels }: Outcome, holds: (row: number) => boolean) =>
  labels.filter((_, row) => holds(row)).length

/** From the definitions: precision and recall of one class at one threshold of its probability. */
function atThreshold(outcome: Outcome, label: number, threshold: number) {
  const probabilities = probabilitiesOf(outcome)
  const taken = (row: number) => probabilities[row * classes + label] >= threshold
  const carries = (row: number) => outcome.labels[row].includes(label)
  const hits = countOf(outcome, (row) => taken(row) && carries(row))
  return { precision: hits / countOf(outcome, taken), recall: hits / countOf(outcome, carries) }
}

function bruteAveragePrecision(outcome: Outcome, label: number): number {
  const probabilities = probabilitiesOf(outcome)
  const own = outcome.labels.map((_, row) => probabilities[row * classes + label])
  let [sum, before] = [0, 0]
  for (const threshold of [...new Set(own)].sort((a, b) => b - a)) {
    const { precision, recall } = atThreshold(outcome, label, threshold)
    sum += (recall - before) * precision
    before = recall
  }
  return sum
}

function bruteF1(outcome: Outcome): { support: number; f1: number }[] {
  const predicted = predictedLabels(outcome)
  return Array.from({ length: classes }, (_, label) => {
    const claimed = (row: number) => predicted[row].includes(label)
    const carries = (row: number) => outcome.labels[row].includes(label)
    const hits = countOf(outcome, (row) => claimed(row) && carries(row))
    const precision = hits / countOf(outcome, claimed)
    const recall = hits / countOf(outcome, carries)
    const f1 = hits === 0 ? 0 : (2 * precision * recall) / (precision + recall)
    return { support: countOf(outcome, carries), f1 }
  })
}

describe('metrics', () => {
  it('give what the definitions give, also where probabilities are equal', () => {
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        const f1 = bruteF1(outcome)
        const total = f1.reduce((sum, { support }) => sum + support, 0)
        const weighted = f1.reduce((sum, own) => sum + own.support * own.f1, 0)
        expect(metrics['macro-f1'].measure(outcome)).toBeCloseTo(
          f1.reduce((sum, own) => sum + own.f1, 0) / classes,
          10,
        )
        expect(metrics['weighted-f1'].measure(outcome)).toBeCloseTo(total === 0 ? 0 : weighted / total, 10)
        const precisions = f1.flatMap(({ support }, label) =>
          support > 0 ? [bruteAveragePrecision(outcome, label)] : [],
        )
        const mean = precisions.reduce((sum, own) => sum + own, 0) / Math.max(precisions.length, 1)
        expect(metrics['mean-average-precision'].measure(outcome)).toBeCloseTo(mean, 10)
      }),
    )
  })

  it('give exp(−cross-entropy) as the geometric mean of the probability of what is true', () => {
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        const probabilities = probabilitiesOf(outcome)
        const truths = outcome.labels.flatMap((own, row) => {
          const ofRow = [...probabilities.subarray(row * classes, (row + 1) * classes)]
          if (outcome.task === 'single-label') return [ofRow[own[0]]]
          return ofRow.map((probability, label) => (own.includes(label) ? probability : 1 - probability))
        })
        const logs = truths.reduce((sum, truth) => sum + Math.log(truth), 0)
        const value = metrics['cross-entropy'].measure(outcome)
        expect(value).toBeCloseTo(Math.exp(logs / truths.length), 10)
        expect(-Math.log(value)).toBeCloseTo(negativeLogLikelihood(outcome), 10)
      }),
    )
  })

  it('stay between 0 and 1, and are 1 of a network that is sure and right', () => {
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        const sure = Float32Array.from(outcome.logits, (_, i) =>
          outcome.labels[Math.floor(i / classes)].includes(i % classes) ? 90 : -90,
        )
        for (const { name, measure } of Object.values(metrics)) {
          const value = measure(outcome)
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
          const occurring = new Set(outcome.labels.flat()).size
          const best =
            name === 'macro-f1' ? occurring / classes : occurring > 0 || name === 'cross-entropy' ? 1 : 0
          expect(measure({ ...outcome, logits: sure })).toBeCloseTo(best, 10)
        }
      }),
    )
  })

  it('take the order of samples for nothing', () => {
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        const reversed: Outcome = {
          ...outcome,
          labels: outcome.labels.toReversed(),
          logits: Float32Array.from(
            outcome.labels.flatMap((_, row) => [
              ...outcome.logits.subarray(
                (outcome.labels.length - 1 - row) * classes,
                (outcome.labels.length - row) * classes,
              ),
            ]),
          ),
        }
        for (const { measure } of Object.values(metrics))
          expect(measure(reversed)).toBeCloseTo(measure(outcome), 10)
      }),
    )
  })
})

it('average precision of a class that no sample carries is not a number, and the mean leaves it out', () => {
  const outcome: Outcome = {
    task: 'multi-label',
    logits: Float32Array.of(2, 0, 1, 0, 0, 0),
    labels: [[0], [], [0]],
    classes: 2,
  }
  // ranks of class 0: right, wrong, right
  expect(averagePrecisions(outcome)).toEqual([(1 + 2 / 3) / 2, NaN])
  expect(metrics['mean-average-precision'].measure(outcome)).toBeCloseTo(5 / 6, 12)
})

describe('answers', () => {
  it('are the largest logit, the first among equals', () => {
    const logits = Float32Array.of(-3, -1, -2, 5, 5, 1)
    expect(predictedLabels({ task: 'single-label', logits, classes: 3 })).toEqual([[1], [0]])
  })

  it('are the labels whose probability is 0.3 or more, also none', () => {
    const probabilities = [0.299, 0.301, 0.9, 0.1, 0.2, 0]
    const logits = Float32Array.from(probabilities, (p) => Math.log(p / (1 - p)))
    expect(predictedLabels({ task: 'multi-label', logits, classes: 3 })).toEqual([[1, 2], []])
  })
})
