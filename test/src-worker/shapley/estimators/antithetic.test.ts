import { describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { enumerate, knownGames, sum, tableGame } from '../games.ts'

describe('antithetic', () => {
  const { values, shapley } = knownGames.find(({ name }) => name.startsWith('airport'))!

  it('walks every permutation of its stream forwards and backwards, and takes the two for one sample', async () => {
    const { game } = tableGame(values)
    const request = { seed: 5, epoch: 0, budgets: [20, 20, 20, 20] }
    const pairs = await estimate(estimators.antithetic, game, request)
    const forwards = await estimate(estimators.permutation, game, {
      ...request,
      budgets: [10, 10, 10, 10],
    })
    expect(pairs.contributions.map(({ samples }) => samples)).toEqual([20, 20, 20, 20])
    expect(pairs.marginals.map(({ length }) => length)).toEqual([10, 10, 10, 10])
    const order = (t: number) => stream(5, 'perm', 0, t).permutation(4)
    for (const t of [0, 9]) {
      const backwards = order(t + 1).toReversed()
      backwards.forEach((player, k) => {
        const before = backwards.slice(0, k).reduce((mask, i) => mask | (1 << i), 0)
        const delta = values[before | (1 << player)] - values[before]
        expect(pairs.marginals[player][t]).toBeCloseTo((forwards.marginals[player][t] + delta) / 2, 12)
      })
    }
  })

  it('needs one pair where contributions fall evenly as coalitions grow', async () => {
    const own = [1, 2, 3, 4]
    const quadratic = Array.from({ length: 16 }, (_, mask) => {
      const total = own.reduce((sum, x, i) => sum + (mask & (1 << i) ? x : 0), 0)
      return total - 0.02 * total ** 2
    })
    const { game } = tableGame(quadratic)
    const request = { seed: 5, epoch: 0, budgets: [2, 2, 2, 2] }
    const { contributions } = await estimate(estimators.antithetic, game, request)
    const { phi } = enumerate(quadratic)
    contributions.forEach((found, i) => expect(found.phi).toBeCloseTo(phi[i], 12))
  })

  it('comes closer than as many permutations in a game where each costs what the dearer leave', async () => {
    const { game } = tableGame(values)
    const squares = { antithetic: 0, permutation: 0 }
    for (let seed = 0; seed < 300; seed++)
      for (const name of ['antithetic', 'permutation'] as const) {
        const { contributions } = await estimate(estimators[name], game, {
          seed,
          epoch: 0,
          budgets: [20, 20, 20, 20],
        })
        squares[name] += sum(contributions.map(({ phi }, i) => (phi - shapley[i]) ** 2))
      }
    expect(squares.antithetic).toBeLessThan(0.8 * squares.permutation)
  })
})
