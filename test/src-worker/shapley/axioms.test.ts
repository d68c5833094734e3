import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimate, type Estimator } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { sum, tableGame } from './games.ts'

const table = Object.values(estimators)
const n = 5
const few = { numRuns: 25 }
const value = fc.double({ min: -1, max: 1, noNaN: true })
const valueTable = fc.array(value, { minLength: 2 ** n, maxLength: 2 ** n })
const seeds = fc.nat(1_000_000)

/** Less than `kernel` would take for enumerating. */
async function phiOf(estimator: Estimator, values: readonly number[], seed = 1): Promise<number[]> {
  const budgets = Array.from({ length: n }, (_, i) => 3 + (i % 3))
  const request = { seed, epoch: 0, budgets, tolerance: 0.3 }
  const result = await estimate(estimator, tableGame(values).game, request)
  expect(result.exact).toBe(estimator.exact)
  return result.contributions.map(({ phi }) => phi)
}

describe.each(table.filter(({ efficient }) => efficient))('$name', (estimator) => {
  it('is efficient: the values share out v(N) − v(∅)', () =>
    fc.assert(
      fc.asyncProperty(valueTable, seeds, async (values, seed) => {
        expect(sum(await phiOf(estimator, values, seed))).toBeCloseTo(values.at(-1)! - values[0], 10)
      }),
      few,
    ))
})

const cutting = new Set<Estimator>([estimators.truncated, estimators['early-truncation']])
// These ask what values tell them to ask, so they answer two games and their sum with other coalitions.
describe.each(table.filter((each) => !cutting.has(each)))('$name', (estimator) => {
  it('is linear in the game', () =>
    fc.assert(
      fc.asyncProperty(valueTable, valueTable, value, seeds, async (a, b, factor, seed) => {
        const [phiA, phiB] = [await phiOf(estimator, a, seed), await phiOf(estimator, b, seed)]
        const both = a.map((x, mask) => x + factor * b[mask])
        const phi = await phiOf(estimator, both, seed)
        phi.forEach((x, i) => expect(x).toBeCloseTo(phiA[i] + factor * phiB[i], 10))
      }),
      few,
    ))
})

// `kernel` keeps this on average only: a fit lays what it cannot explain on everybody.
describe.each(table.filter((each) => each !== estimators.kernel))('$name', (estimator) => {
  it('gives who adds nothing exactly nothing', () =>
    fc.assert(
      fc.asyncProperty(valueTable, fc.nat(n - 1), seeds, async (values, idle, seed) => {
        const without = values.map((_, mask) => values[mask & ~(1 << idle)])
        expect((await phiOf(estimator, without, seed))[idle]).toBe(0)
      }),
      few,
    ))
})

// A cut may come before the turn of one who always adds the same.
describe.each(table.filter(({ unbiased }) => unbiased))('$name', (estimator) => {
  it('gives a dummy its own value', () =>
    fc.assert(
      fc.asyncProperty(valueTable, value, fc.nat(n - 1), seeds, async (values, own, dummy, seed) => {
        const bit = 1 << dummy
        const withDummy = values.map((_, mask) => values[mask & ~bit] + (mask & bit ? own : 0))
        expect((await phiOf(estimator, withDummy, seed))[dummy]).toBeCloseTo(own, 10)
      }),
      few,
    ))
})

describe.each(table)('$name', (estimator) => {
  it('treats players alike who are alike', () =>
    fc.assert(
      fc.asyncProperty(valueTable, async (values) => {
        const swapped = (mask: number) => (mask & ~3) | ((mask & 1) << 1) | ((mask & 2) >> 1)
        const symmetric = values.map((x, mask) => x + values[swapped(mask)])
        const repetitions = estimator.exact ? 1 : 80
        const differences: number[] = []
        for (let seed = 0; seed < repetitions; seed++) {
          const [first, second] = await phiOf(estimator, symmetric, seed)
          differences.push(first - second)
        }
        const mean = sum(differences) / repetitions
        const variance = sum(differences.map((x) => (x - mean) ** 2)) / repetitions
        expect(Math.abs(mean)).toBeLessThanOrEqual(5 * Math.sqrt(variance / repetitions) + 1e-9)
      }),
      { numRuns: 8 },
    ))
})
