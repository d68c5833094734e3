import { Problem } from '#contract/problem.ts'
import { enumerate } from '../enumeration.ts'
import { defineEstimator } from '../estimator.ts'

const mostPlayers = 16

/** Enumeration of all 2ⁿ coalitions. Throws `bad-configuration` above 16 players. */
export const exact = defineEstimator({
  name: 'exact',
  description: 'Every coalition is evaluated; the values carry no sampling error.',
  exact: true,
  unbiased: true,
  efficient: true,
  run: async (game) => {
    const n = game.players.length
    if (n > mostPlayers)
      throw new Problem(
        'bad-configuration',
        'valuation.estimator',
        `exact would need 2^${n} evaluations; it takes at most ${mostPlayers} players`,
      )
    return enumerate(game)
  },
})
