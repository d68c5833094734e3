import { expect, it } from 'vitest'
import { scoreOutcome } from '#worker/training/score.ts'

/** Logits that answer one class a sample. */
const answers = (predicted: readonly number[], classes: number) =>
  Float32Array.from(predicted.flatMap((label) => Array.from({ length: classes }, (_, c) => +(c === label))))

it('scores a single-label task by accuracy and the mean F1 of the classes', () => {
  // class 0: 2 right of 3, claimed 3 times; class 1: 1 right of 2, claimed twice; class 2 nowhere
  const score = scoreOutcome({
    task: 'single-label',
    logits: answers([0, 0, 1, 0, 1], 3),
    labels: [[0], [0], [0], [1], [1]],
    classes: 3,
  })
  expect(score.score).toBeCloseTo(3 / 5, 12)
  expect(score.macroF1).toBeCloseTo((4 / 6 + 2 / 4 + 0) / 3, 12)
  expect(score.weightedF1).toBeCloseTo((3 * (4 / 6) + 2 * (2 / 4)) / 5, 12)
  expect(score).not.toHaveProperty('meanAveragePrecision')
})

it('scores a multi-label task by weighted F1 of the labels whose probability is 0.3 or more', () => {
  const logitOf = (probability: number) => Math.log(probability / (1 - probability))
  const probabilities = [
    [0.31, 0.1], // right: 0
    [0.9, 0.29], // 0 right, 1 missed
    [0.29, 0.1], // 0 missed
    [0.1, 0.5], // 1 wrong
    [0.1, 0.1],
  ]
  const score = scoreOutcome({
    task: 'multi-label',
    logits: Float32Array.from(probabilities.flat(), logitOf),
    labels: [[0], [0, 1], [0], [], []],
    classes: 2,
  })
  // class 0: 2 hits, 2 answered, 3 true; class 1: no hit
  expect(score.macroF1).toBeCloseTo((4 / 5 + 0) / 2, 12)
  expect(score.weightedF1).toBeCloseTo((3 * (4 / 5) + 0) / 4, 12)
  expect(score.score).toBe(score.weightedF1)
  // class 0 stands at ranks 1, 2, 3; class 1 at rank 2
  expect(score.meanAveragePrecision).toBeCloseTo((1 + 1 / 2) / 2, 12)
})

it('scores no samples with 0', () => {
  const none = { logits: new Float32Array(), labels: [], classes: 2 }
  const zero = { score: 0, macroF1: 0, weightedF1: 0 }
  expect(scoreOutcome({ task: 'single-label', ...none })).toEqual(zero)
  expect(scoreOutcome({ task: 'multi-label', ...none })).toEqual({ ...zero, meanAveragePrecision: 0 })
})
