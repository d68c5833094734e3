import { defineEstimator } from '../estimator.ts'
import { equalBudget, permutationSampler } from '../permutations.ts'
import { sampleUntilStopped } from '../sampling.ts'

/**
 * Every permutation is walked forwards and backwards (Mitchell et al. 2022): who joins early in one joins late in the
 * other, so that what falls or rises with the size of the coalition evens out within a pair. The two are not
 * independent: a pair is one sample of the standard error. ⌊m/2⌋ pairs, one at least, with the m of `permutation`.
 * The trap: where both directions say the same (majority votes) a pair is worth one permutation.
 */
export const antithetic = defineEstimator({
  name: 'antithetic',
  description: 'Random permutations with their reverses; every player is valued equally often.',
  exact: false,
  unbiased: true,
  efficient: true,
  run: (game, request) => {
    const pairs = Math.max(1, Math.floor(equalBudget(request) / 2))
    const sampler = permutationSampler(game, request, {
      budgets: game.players.map(() => pairs),
      ordersOf: (permutation) => [permutation, permutation.toReversed()],
    })
    return sampleUntilStopped(game, sampler, request)
  },
})
