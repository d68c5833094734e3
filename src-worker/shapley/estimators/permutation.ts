import { defineEstimator } from '../estimator.ts'
import { samplePermutations } from '../sampling.ts'

/** Plain Monte-Carlo over permutations (Castro et al. 2009; Shapley-NAS): m = ⌊Σ budgets / players⌋ for everyone. */
export const permutation = defineEstimator({
  name: 'permutation',
  description: 'Complete random permutations; every player is valued equally often.',
  exact: false,
  unbiased: true,
  efficient: true,
  run: (game, { seed, epoch, budgets }) => {
    const total = budgets.reduce((sum, m) => sum + m, 0)
    const equal = Math.floor(total / game.players.length)
    return samplePermutations(game, { seed, epoch, budgets: budgets.map(() => equal) })
  },
})
