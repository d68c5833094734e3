import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { niceAxis, spread } from '#contract/drawing/nice-axis.ts'
import { contributionScale } from '../../../src-renderer/charts/contribution-scale.ts'

const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 12 })

describe('niceAxis', () => {
  it('holds every value between round ends', () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const { min, max, step } = niceAxis(numbers, 4)
        const slack = 1e-6 * Math.max(1e-12, step)
        expect(min).toBeLessThan(max)
        for (const value of numbers) {
          expect(value).toBeGreaterThanOrEqual(min - slack)
          expect(value).toBeLessThanOrEqual(max + slack)
        }
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  it('is round and has the decimals that its ticks need', () => {
    expect(niceAxis([0.412, 0.731], 4)).toEqual({ min: 0.4, max: 0.8, step: 0.1, decimals: 1 })
    expect(niceAxis([], 4)).toMatchObject({ min: 0, max: 1 })
  })
})

describe('spread', () => {
  it('keeps labels apart, in order, and inside where they fit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 7 }), (wanted) => {
        const places = spread(wanted, 12, 100) as number[]
        const sorted = places.toSorted((a, b) => a - b)
        for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThan(12 - 1e-9)
        for (const place of places) expect(place).toBeLessThan(100 + 1e-9)
        for (const place of places) expect(place).toBeGreaterThan(-1e-9)
        const swapped = wanted.some((a, i) => wanted.some((b, j) => a < b && places[i] >= places[j]))
        expect(swapped).toBe(false)
      }),
      { numRuns: 300, seed: 5 },
    )
  })

  it('leaves alone what is apart already', () => {
    expect(spread([50, null, 10], 12, 100)).toEqual([50, null, 10])
  })
})

describe('contributionScale', () => {
  it('shows zero and every value, ticks at round points', () => {
    const { at, ticks } = contributionScale([-0.021, 0.062])
    expect(at(-0.021)).toBeGreaterThan(0)
    expect(at(0.062)).toBeLessThan(100)
    expect(ticks.map(({ phi }) => Math.round(1000 * phi) / 10)).toEqual([0, 5])
    expect(at(0)).toBeGreaterThan(at(-0.021))
  })

  it('is wide enough when there is nothing to show', () => {
    expect(contributionScale([]).at(0)).toBeGreaterThan(0)
  })
})
