import { describe, expect, it } from 'vitest'
import { compareRounds, median, type StepTimes } from '../../../bench/benchmarks/training-step/step-times.ts'

const times = (msPerStep: number[], changes: Partial<StepTimes> = {}): StepTimes => ({
  space: 'bm-nas',
  threads: 2,
  dropout: 0.1,
  parameters: 1000,
  msPerStep,
  peak: 100,
  products: 0.3,
  ...changes,
})

describe('comparing rounds', () => {
  it('takes the median of the ratios within the rounds', () => {
    const rounds = [
      { ours: times([5, 6, 100]), theirs: times([10, 10, 10]) },
      // a slow minute weighs on both sides
      { ours: times([50, 50, 50]), theirs: times([100, 100, 100]) },
      { ours: times([9, 9, 9]), theirs: times([10, 10, 10]) },
    ]
    expect(compareRounds('bm-nas', rounds)).toMatchObject({ ratio: 0.6, ours: 9, theirs: 10, met: false })
  })

  it('misses the target with a larger ratio', () => {
    const round = { ours: times([51]), theirs: times([100]) }
    expect(compareRounds('bm-nas', [round]).met).toBe(false)
    const full = { ours: times([66], { space: 'full' }), theirs: times([100], { space: 'full' }) }
    expect(compareRounds('full', [full]).met).toBe(true)
  })

  it('says what share of the peak the products of a step reach', () => {
    // 0.3 billion operations in 10 ms are 30 billion a second, of 100.
    const round = { ours: times([10]), theirs: times([100], { peak: 90 }) }
    const { shareOfPeak, peak } = compareRounds('bm-nas', [round])
    expect(shareOfPeak).toBeCloseTo(0.3)
    expect(peak).toEqual({ ours: 100, theirs: 90 })
  })

  it.each([{ parameters: 999 }, { threads: 1 }, { dropout: 0 }, { space: 'full' as const }])(
    'refuses to compare other work: %o',
    (changes) => {
      const round = { ours: times([1]), theirs: times([1], changes) }
      expect(() => compareRounds('bm-nas', [round])).toThrow(Object.keys(changes)[0])
    },
  )
})

it('the median of an even count is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})
