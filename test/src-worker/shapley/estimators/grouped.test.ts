import { describe, expect, it } from 'vitest'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { enumerate, knownGames, sum, tableGame } from '../games.ts'

describe('grouped', () => {
  const values = knownGames.find(({ name }) => name.startsWith('bankruptcy'))!.values
  const { phi, deviation } = enumerate(values)
  const budgets = [6, 2, 2, 3]

  it('is unbiased where budgets differ, and its standard errors and bands are as wide as they claim', async () => {
    const runs = 3000
    const { game } = tableGame(values)
    const means = [0, 0, 0, 0]
    const variances = [0, 0, 0, 0]
    const covered = [0, 0, 0, 0]
    for (let seed = 0; seed < runs; seed++) {
      const result = await estimate(estimators.grouped, game, { seed, epoch: 0, budgets })
      result.contributions.forEach((player, i) => {
        means[i] += player.phi / runs
        variances[i] += player.standardError! ** 2 / runs
        if (player.low! <= phi[i] && phi[i] <= player.high!) covered[i]++
      })
    }
    budgets.forEach((m, i) => {
      expect(Math.abs(means[i] - phi[i])).toBeLessThan((5 * deviation[i]) / Math.sqrt(runs * m))
      expect(variances[i] / (deviation[i] ** 2 / m)).toBeGreaterThan(0.93)
      expect(variances[i] / (deviation[i] ** 2 / m)).toBeLessThan(1.07)
    })
    expect(covered[0] / runs).toBeGreaterThan(0.9)
  })

  it('values each player as often as its budget says, and tells the gap', async () => {
    const { game } = tableGame(values)
    const result = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets })
    expect(result.contributions.map(({ samples }) => samples)).toEqual(budgets)
    expect(result.marginals.map((samples) => samples.length)).toEqual(budgets)
    expect(Math.abs(result.gap)).toBeGreaterThan(1e-6)
  })

  it('draws the band of Student’s distribution with m − 1 degrees of freedom, but for the longer tail', async () => {
    const { game } = tableGame(values)
    const { contributions } = await estimate(estimators.grouped, game, {
      seed: 5,
      epoch: 0,
      budgets: [20, 20, 60, 60],
    })
    const quantiles = [2.093024054, 2.093024054, 2.000995378, 2.000995378]
    const sides = contributions.map(({ phi, standardError, low, high }) =>
      [high! - phi, phi - low!].map((side) => side / standardError!),
    )
    sides.forEach((own, i) => expect(Math.min(...own)).toBeCloseTo(quantiles[i], 7))
    expect(Math.max(...sides.flat())).toBeGreaterThan(2.2)
  })

  it('sums to v(N) − v(∅) in every permutation in which all players are valued', async () => {
    const { game } = tableGame(values)
    const { marginals } = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets })
    for (const t of [0, 1]) expect(sum(marginals.map((samples) => samples[t]))).toBeCloseTo(9, 12)
  })

  it('draws other permutations in another epoch', async () => {
    const { game } = tableGame(values)
    const first = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets })
    const second = await estimate(estimators.grouped, game, { seed: 5, epoch: 1, budgets })
    expect(second.marginals).not.toEqual(first.marginals)
  })

  it('gives a player the same marginal contributions whatever the others may spend', async () => {
    const { game } = tableGame(values)
    const poor = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets: [6, 2, 2, 2] })
    const rich = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets: [6, 9, 9, 9] })
    expect(rich.marginals[0]).toEqual(poor.marginals[0])
  })

  it('has no standard error for a single sample', async () => {
    const { game } = tableGame(values)
    const result = await estimate(estimators.grouped, game, { seed: 5, epoch: 0, budgets: [1, 2, 2, 2] })
    expect(result.contributions[0]).toMatchObject({ standardError: null, low: null, high: null })
    expect(result.contributions[1].standardError).not.toBeNull()
  })
})
