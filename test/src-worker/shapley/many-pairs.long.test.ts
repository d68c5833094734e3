import { expect, it } from 'vitest'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import type { Game } from '#worker/shapley/game.ts'
import { playersOf } from './games.ts'

it(
  'the kernel fit takes more pairs in one go than a call takes arguments',
  { timeout: 120_000 },
  async () => {
    const players = playersOf(20)
    const game: Game = {
      players,
      values: (coalitions) => Promise.resolve(coalitions.map((coalition) => Number(coalition.has(0)))),
    }
    const budgets = players.map(() => 14_000)
    const { contributions } = await estimate(estimators.kernel, game, { seed: 1, epoch: 0, budgets })
    expect(contributions[0].samples).toBeGreaterThan(2 * 125_000)
    contributions.forEach(({ phi }, i) => expect(phi).toBeCloseTo(Number(i === 0), 9))
  },
)
