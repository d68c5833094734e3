import { expect, it } from 'vitest'
import { classFigures } from '#worker/training/class-figures.ts'

it('gives precision, recall, F1, average precision and support of every class, null where there is none', () => {
  const [first, second, third] = classFigures({
    task: 'multi-label',
    // rows: the first class is answered in all, the second in the first row, the third never
    logits: Float32Array.of(3, 1, -5, 2, -4, -6, 1, -3, -7),
    labels: [[0], [], [0, 1]],
    classes: 3,
  })
  expect(first).toEqual({
    precision: 2 / 3,
    recall: 1,
    f1: 4 / 5,
    averagePrecision: (1 + 2 / 3) / 2,
    support: 2,
  })
  // it stands second of three by probability
  expect(second).toEqual({ precision: 0, recall: 0, f1: 0, averagePrecision: 1 / 2, support: 1 })
  expect(third).toEqual({ precision: null, recall: null, f1: 0, averagePrecision: null, support: 0 })
})
