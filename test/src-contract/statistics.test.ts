import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  pairedDifference,
  rankCorrelation,
  ranks,
  welchDifference,
  wilsonBand,
} from '#contract/statistics.ts'

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

describe('the difference of independent means', () => {
  it('has the band of Welch, checked against a worked example', () => {
    // Squared standard errors 0.9416 and 0.4036: 8.6 degrees of freedom, t(8) = 2.306.
    const a = [19.8, 20.4, 19.6, 17.8, 24.1, 23.2]
    const b = [26.2, 22.1, 24.8, 23.5, 22.4, 23.1]
    const { mean, band } = welchDifference(a, b)
    expect(mean).toBeCloseTo(20.816667 - 23.683333, 5)
    expect(band!.high - mean).toBeCloseTo(mean - band!.low)
    expect(band!.high - mean).toBeCloseTo(2.6746, 3)
  })

  it('has no band for a single repetition, and none of any width where nothing varies', () => {
    expect(welchDifference([0.7], [0.5, 0.6]).band).toBeNull()
    expect(welchDifference([0.5, 0.5], [0.25, 0.25])).toEqual({ mean: 0.25, band: { low: 0.25, high: 0.25 } })
  })
})

describe("Wilson's band of a share", () => {
  it('agrees with published values and keeps a width at both ends', () => {
    const { low, high } = wilsonBand(8, 10)!
    expect([low, high]).toEqual([expect.closeTo(0.4902, 4), expect.closeTo(0.9433, 4)])
    expect(wilsonBand(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) })
    expect(wilsonBand(10, 10)).toEqual({ low: expect.closeTo(0.7225, 4), high: expect.closeTo(1, 12) })
    expect(wilsonBand(0, 0)).toBeNull()
  })
})

describe('ranks and their correlation', () => {
  const series = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 12 })

  it('share a place among equals, and add up', () => {
    expect(ranks([30, 10, 10, 20])).toEqual([4, 1.5, 1.5, 3])
    fc.assert(
      fc.property(series, (values) => {
        const sum = ranks(values).reduce((total, rank) => total + rank, 0)
        expect(sum).toBeCloseTo((values.length * (values.length + 1)) / 2)
      }),
    )
  })

  it('are one for the same order, minus one for the reverse, and blind to monotone changes', () => {
    fc.assert(
      fc.property(series, series, (a, b) => {
        const length = Math.min(a.length, b.length)
        const [one, other] = [a.slice(0, length), b.slice(0, length)]
        const rho = rankCorrelation(one, other)
        expect(rho === null).toBe(length < 3 || new Set(one).size === 1 || new Set(other).size === 1)
        if (rho === null) return
        expect(Math.abs(rho)).toBeLessThanOrEqual(1 + 1e-9)
        expect(rankCorrelation(other, one)).toBeCloseTo(rho)
        expect(
          rankCorrelation(
            one.map((value) => Math.exp(value)),
            other,
          ),
        ).toBeCloseTo(rho)
        expect(
          rankCorrelation(
            one.map((value) => -value),
            other,
          ),
        ).toBeCloseTo(-rho)
        expect(rankCorrelation(one, one)).toBeCloseTo(1)
      }),
    )
  })
})
