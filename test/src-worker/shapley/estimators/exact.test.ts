import { describe, expect, it } from 'vitest'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { playersOf } from '../games.ts'

describe('exact', () => {
  it('refuses games that cannot be enumerated', async () => {
    const game = { players: playersOf(17), values: async () => [] }
    const budgets = game.players.map(() => 2)
    await expect(estimate(estimators.exact, game, { seed: 0, epoch: 0, budgets })).rejects.toMatchObject({
      code: 'bad-configuration',
    })
  })
})
