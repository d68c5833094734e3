import { describe, expect, it } from 'vitest'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { knownGames, tableGame } from '../games.ts'

describe('permutation', () => {
  it('spends the total of the budgets in equal parts', async () => {
    const { game } = tableGame(knownGames[0].values)
    const result = await estimate(estimators.permutation, game, {
      seed: 5,
      epoch: 0,
      budgets: [60, 20, 20, 21],
    })
    expect(result.contributions.map(({ samples }) => samples)).toEqual([30, 30, 30, 30])
  })

  it('reports its progress up to the evaluations of the result', async () => {
    const { game } = tableGame(knownGames[5].values)
    const seen: [number, number][] = []
    const onProgress = (evaluated: number, planned: number) => void seen.push([evaluated, planned])
    const budgets = game.players.map(() => 10)
    const request = { seed: 5, epoch: 0, budgets, batchSize: 16, onProgress }
    const { evaluations } = await estimate(estimators.permutation, game, request)
    expect(seen.map(([evaluated]) => evaluated)).toEqual(
      seen.map((_, i) => Math.min(16 * (i + 1), evaluations)),
    )
    expect(seen.every(([, planned]) => planned === evaluations)).toBe(true)
  })
})
