import { expect, it } from 'vitest'
import { predictedClasses, scorePredictions } from '#worker/training/score.ts'

it('scores by accuracy and the mean F1 of the classes', () => {
  // class 0: 2 right of 3, claimed 3 times; class 1: 1 right of 2, claimed twice; class 2 nowhere
  const { accuracy, macroF1 } = scorePredictions([0, 0, 1, 0, 1], [0, 0, 0, 1, 1], 3)
  expect(accuracy).toBeCloseTo(3 / 5, 12)
  expect(macroF1).toBeCloseTo((4 / 6 + 2 / 4 + 0) / 3, 12)
})

it('scores no samples with 0', () => {
  expect(scorePredictions([], [], 2)).toEqual({ accuracy: 0, macroF1: 0 })
})

it('predicts the largest logit, the first among equals', () => {
  expect(predictedClasses(Float32Array.of(-3, -1, -2, 5, 5, 1), 3)).toEqual([1, 0])
})
