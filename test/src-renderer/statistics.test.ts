import { describe, expect, it } from 'vitest'
import { pairedDifference } from '../../src-renderer/statistics.ts'

describe('pairedDifference', () => {
  it('gives mean and Student band over pairs', () => {
    // differences 0.01, 0.02, 0.03: mean 0.02, sd 0.01, half width 4.303 · 0.01/√3
    const difference = pairedDifference([0.71, 0.73, 0.75], [0.7, 0.71, 0.72])
    expect(difference!.mean).toBeCloseTo(0.02)
    expect(difference!.band!.high - difference!.mean).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3))
    expect(difference!.mean - difference!.band!.low).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3))
  })

  it('leaves out repetitions that have no partner yet', () => {
    expect(pairedDifference([0.7, 0.9], [0.6])).toEqual({ mean: expect.closeTo(0.1), band: null, pairs: 1 })
    expect(pairedDifference([], [0.6])).toBeNull()
  })
})
