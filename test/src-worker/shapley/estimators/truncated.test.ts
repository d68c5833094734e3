import { describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { enumerate, knownGames, sum, syntheticGame, tableGame } from '../games.ts'

describe('truncated', () => {
  const { values } = knownGames.find(({ name }) => name.startsWith('airport'))!
  const request = { seed: 5, epoch: 0, budgets: [40, 40, 40, 40] }

  it('walks as permutation does without a tolerance', async () => {
    const { game } = tableGame(values)
    const whole = await estimate(estimators.permutation, game, request)
    const cut = await estimate(estimators.truncated, game, { ...request, tolerance: 0 })
    expect(cut.marginals).toEqual(whole.marginals)
    expect(cut.bias).toEqual({ total: 0, most: 0, seen: 0, walkedOn: 5 })
  })

  it('cuts a permutation where the rest adds less than the tolerance, and pays less', async () => {
    const { game } = tableGame(values)
    const cut = await estimate(estimators.truncated, game, { ...request, tolerance: 5.5 })
    const whole = await estimate(estimators.permutation, tableGame(values).game, request)
    expect(cut.requests).toBeLessThan(whole.requests)
    for (const t of [0, 1, 2, 3]) {
      let [mask, over] = [0, false]
      for (const player of stream(5, 'perm', 0, t + 1).permutation(4)) {
        over ||= values[15] - values[mask] < 5.5
        const delta = values[mask | (1 << player)] - values[mask]
        expect(cut.marginals[player][t]).toBe(over ? 0 : delta)
        mask |= 1 << player
      }
    }
  })

  it('says what it left out: of all players exactly, of one at most', async () => {
    const { game } = tableGame(values)
    const cut = await estimate(estimators.truncated, game, { ...request, tolerance: 5.5 })
    const whole = await estimate(estimators.permutation, game, request)
    expect(cut.bias!.total).toBeCloseTo(-cut.gap, 12)
    expect(cut.bias!.total).toBeGreaterThan(0.5)
    const missing = cut.contributions.map(({ phi }, i) => whole.contributions[i].phi - phi)
    expect(sum(missing)).toBeCloseTo(cut.bias!.total, 12)
    for (const each of missing) expect(each).toBeLessThanOrEqual(cut.bias!.most)
    expect(cut.unbiased).toBe(false)
    expect(whole).not.toHaveProperty('bias.most')
  })

  it('sees more missing than the bound where a harmful player comes behind the cut', async () => {
    const { values, harmful } = syntheticGame()
    const { game } = tableGame(values)
    const ample = { seed: 5, epoch: 0, budgets: game.players.map(() => 800), tolerance: 0.01 }
    const { bias, contributions, evaluations } = await estimate(estimators.truncated, game, ample)
    const { phi } = enumerate(values)
    const off = contributions.map((found, i) => Math.abs(found.phi - phi[i]))
    expect(Math.max(...off)).toBe(off[harmful])
    expect(off[harmful]).toBeGreaterThan(3 * bias!.most)
    expect(bias!.walkedOn).toBe(100)
    expect(bias!.seen / off[harmful]).toBeGreaterThan(0.5)
    expect(bias!.seen / off[harmful]).toBeLessThan(1.5)
    expect(evaluations).toBeLessThanOrEqual(256)
  })

  it('spends on more permutations what cutting saves, when evaluations are the limit', async () => {
    const { game } = tableGame(syntheticGame().values)
    const budgets = game.players.map(() => 400)
    const limited = { seed: 5, epoch: 0, budgets, stop: { evaluations: 80 } }
    const cut = await estimate(estimators.truncated, game, { ...limited, tolerance: 0.15 })
    const whole = await estimate(estimators.permutation, game, limited)
    expect(cut.evaluations).toBeLessThanOrEqual(80)
    expect(cut.marginals[0].length).toBeGreaterThan(1.5 * whole.marginals[0].length)
  })
})
