import { describe, expect, it } from 'vitest'
import { accuracy, macroF1, predictedClasses } from '#worker/search/metrics.ts'

describe('metrics', () => {
  it('takes the largest logit of each row, the first among equals', () => {
    expect(predictedClasses([0, 2, 1, 5, 5, 0], 3)).toEqual([1, 0])
  })

  it('counts hits as a share', () => {
    expect(accuracy([0, 1, 2, 2], [0, 1, 1, 2])).toBe(0.75)
  })

  it('averages F1 over classes as computed by hand', () => {
    // class 0: TP 1, FP 0, FN 1 → 2/3; class 1: TP 1, FP 1, FN 0 → 2/3; class 2 never occurs → 0
    expect(macroF1([0, 1, 1], [0, 0, 1], 3)).toBeCloseTo(4 / 9, 12)
  })
})
