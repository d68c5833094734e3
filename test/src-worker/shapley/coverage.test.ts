import { describe, expect, it } from 'vitest'
import type { Estimator } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { fewestCovered, measureBands } from '../../../bench/benchmarks/estimators/measure-bands.ts'
import { knownGames, playersOf, sum } from './games.ts'

const repetitions = 200
const unbiased = Object.values(estimators).filter(({ exact, unbiased }) => unbiased && !exact)

/**
 * Enough that the mean of rare contributions (one in eleven in the majority of 11, in pairs that say the same twice) is all
 * but normal; with fewer, bands are too narrow (docs/results/estimators.md). Players differ, for those who are told apart.
 */
function budgetsOf(estimator: Estimator, n: number): number[] {
  const rare = n > 8
  const most = rare && estimator === estimators.antithetic ? 560 : rare ? 280 : 200
  return playersOf(n).map((_, i) => most - 40 * (i % 2))
}

describe.each(unbiased)('the 95 % bands of $name', (estimator) => {
  const pooled: number[] = []

  it.each(knownGames)('hold the Shapley values in 95 % of all cases in the game $name', async (known) => {
    const { players } = await measureBands(estimator, known, {
      budgets: budgetsOf(estimator, known.n),
      repetitions,
    })
    for (const { covered, bias, biasError, claimed } of players) {
      expect(covered).toBeGreaterThanOrEqual(fewestCovered(repetitions))
      expect(Math.abs(bias)).toBeLessThanOrEqual(4 * biasError + 1e-9)
      if (claimed > 1e-9) pooled.push(covered / repetitions)
    }
  })

  it('are neither narrower nor wider, all players together', () => {
    const mean = sum(pooled) / pooled.length
    expect(mean).toBeGreaterThan(0.935)
    expect(mean).toBeLessThan(0.965)
  })
})

it('the fit of kernel is off by far less than its error, so its sizes have the weights of the kernel', async () => {
  const known = knownGames.find(({ name }) => name.startsWith('unanimity'))!
  const budgets = playersOf(known.n).map(() => 8)
  const { players, exact } = await measureBands(estimators.kernel, known, { budgets, repetitions: 1000 })
  expect(exact).toBe(false)
  for (const { bias, biasError, error, claimed } of players) {
    expect(Math.abs(bias)).toBeLessThan(0.2 * error + 3 * biasError)
    expect(claimed / error).toBeGreaterThan(0.9)
    expect(claimed / error).toBeLessThan(1.4)
  }
})
