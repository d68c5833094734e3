import { defineEstimator } from '../estimator.ts'
import { samplePermutations } from '../sampling.ts'

/** Groups of players with budgets of their own (SM-ShapNAS, Eq. 8–9, read so that it is unbiased). */
export const grouped = defineEstimator({
  name: 'grouped',
  description: 'Shared permutations; every player is valued as often as its own budget says.',
  exact: false,
  unbiased: true,
  efficient: false,
  run: (game, { seed, epoch, budgets }) => samplePermutations(game, { seed, epoch, budgets }),
})
