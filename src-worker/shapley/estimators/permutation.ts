import { defineEstimator } from '../estimator.ts'
import { equalBudget, permutationSampler } from '../permutations.ts'
import { sampleUntilStopped } from '../sampling.ts'

/** Plain Monte-Carlo over permutations (Castro et al. 2009; Shapley-NAS): m = ⌊Σ budgets / players⌋ for everyone. */
export const permutation = defineEstimator({
  name: 'permutation',
  description: 'Complete random permutations; every player is valued equally often.',
  exact: false,
  unbiased: true,
  efficient: true,
  run: (game, request) => {
    const budgets = game.players.map(() => equalBudget(request))
    return sampleUntilStopped(game, permutationSampler(game, request, { budgets }), request)
  },
})
