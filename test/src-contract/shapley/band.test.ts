import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bandOf,
  mayBeNarrow,
  narrowWords,
  unseenBy,
  widestBand,
  widestRange,
} from '#contract/shapley/band.ts'
import { meanAndDeviation } from '#contract/statistics.ts'
import { studentT } from '#contract/statistics/student-t.ts'
import { stream } from '#worker/random.ts'

/** `hits` ones among `m` samples. */
const rare = (hits: number, m: number): number[] => Array.from({ length: m }, (_, t) => (t < hits ? 1 : 0))

const student = (samples: readonly number[], tail = 0.05) => {
  const { mean, deviation } = meanAndDeviation(samples)
  const half = (studentT(tail, samples.length - 1) * deviation) / Math.sqrt(samples.length)
  return { low: mean - half, high: mean + half }
}
const samples = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 })

describe('the band of a mean', () => {
  it('is Student’s where the samples lie alike on both sides', () => {
    const even = [-3, -1, -1, 0, 1, 1, 3]
    const band = bandOf(even)!
    expect(band.low).toBeCloseTo(student(even).low, 12)
    expect(band.high).toBeCloseTo(student(even).high, 12)
  })

  it('goes as far as Wilson’s interval does where few of many are hits, and Student’s on the other side', () => {
    // of 1, 2 and 5 hits in 10⁵, times 10⁵: k + z²/2 + z·√(k + z²/4), z = 1.96
    for (const [hits, high] of [
      [1, 5.665],
      [2, 7.293],
      [5, 11.704],
    ]) {
      const found = bandOf(rare(hits, 1e5))!
      expect(1e5 * found.high).toBeCloseTo(high, 2)
      expect(found.low).toBeCloseTo(student(rare(hits, 1e5)).low, 12)
    }
  })

  it('is never narrower than Student’s, on either side', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(0.05, 0.01), (drawn, tail) => {
        const [band, narrow] = [bandOf(drawn, tail)!, student(drawn, tail)]
        expect(band.low).toBeLessThanOrEqual(narrow.low + 1e-12)
        expect(band.high).toBeGreaterThanOrEqual(narrow.high - 1e-12)
      }),
    )
  })

  it('turns around with the samples, and grows with their unit', () => {
    fc.assert(
      fc.property(samples, (drawn) => {
        const band = bandOf(drawn)!
        const turned = bandOf(drawn.map((x) => -4 * x))!
        expect(turned.low).toBeCloseTo(-4 * band.high, 9)
        expect(turned.high).toBeCloseTo(-4 * band.low, 9)
      }),
    )
  })

  it('has no width where all samples are the same, and is unknown for one', () => {
    expect(bandOf([0.25, 0.25, 0.25])).toEqual({ low: 0.25, high: 0.25 })
    expect(bandOf([0.25])).toBeNull()
  })

  it('holds the mean of rare events in 95 %, with what may be unseen; Student’s does not', () => {
    const random = stream(1, 'rare')
    const repetitions = 2000
    for (const [m, share] of [
      [8, 0.09],
      [16, 0.09],
      [48, 0.04],
      [48, 0.09],
      [120, 0.04],
    ]) {
      let [held, narrow] = [0, 0]
      for (let k = 0; k < repetitions; k++) {
        const drawn = Array.from({ length: m }, () => (random.next() < share ? 1 : 0))
        const { low, high } = bandOf(drawn)!
        const unseen = unseenBy(drawn, 1) ?? 0
        if (low - unseen <= share && share <= high + unseen) held++
        if (student(drawn).low <= share && share <= student(drawn).high) narrow++
      }
      expect(held / repetitions).toBeGreaterThan(0.94)
      expect(narrow / repetitions).toBeLessThan(0.935)
    }
  })
})

describe('what may be unseen', () => {
  it('is the share that m samples miss in one of forty cases, times the widest range', () => {
    expect(unseenBy(rare(0, 20), 0.5)! / 0.5).toBeCloseTo(0.1684, 4)
    expect((1 - unseenBy(rare(0, 20), 1)!) ** 20).toBeCloseTo(0.025, 12)
    expect(unseenBy(rare(0, 20), 1, 0.01)!).toBeGreaterThan(unseenBy(rare(0, 20), 1)!)
  })

  it('is nothing where samples differ by more than rounding, where nobody’s do, and for one sample', () => {
    expect(unseenBy(rare(1, 20), 1)).toBeUndefined()
    expect(unseenBy([0.3, 0.1 + 0.2, 0.3], 1)).toBeGreaterThan(0)
    expect(unseenBy(rare(0, 20), 0)).toBeUndefined()
    expect(unseenBy([0], 1)).toBeUndefined()
  })

  it('takes the widest range of one player, not that of all together', () => {
    expect(widestRange([[5, 5], [0, 0.5], [-1, -0.75], []])).toBe(0.5)
    expect(widestRange([[5, 5], [1]])).toBe(0)
  })

  it('stands on both sides of the band, and is told where it can be read off a table', () => {
    const contribution = { id: 'p', phi: 0, standardError: 0, low: 0, high: 0, samples: 20 }
    expect(widestBand({ ...contribution, unseen: 0.05 })).toEqual({ low: -0.05, high: 0.05 })
    expect(widestBand(contribution)).toEqual({ low: 0, high: 0 })
    expect(widestBand({ ...contribution, low: null, high: null })).toBeNull()
    expect([undefined, 0.0004, 0.05].map((unseen) => mayBeNarrow({ unseen }))).toEqual([false, false, true])
    const marked = [0.0514, 0.02, undefined].map((unseen) => ({ ...contribution, unseen }))
    expect(narrowWords(marked)).toMatch(
      /^few contributions seen: the band may be too narrow.*up to 5\.1 points$/,
    )
    expect(narrowWords([contribution])).toBeNull()
  })
})
