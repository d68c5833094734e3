import { defineEstimator } from '../estimator.ts'
import { permutationSampler } from '../permutations.ts'
import { sampleUntilStopped } from '../sampling.ts'

/** Groups of players with budgets of their own (SM-ShapNAS, Eq. 8–9, read so that it is unbiased). */
export const grouped = defineEstimator({
  name: 'grouped',
  description: 'Shared permutations; every player is valued as often as its own budget says.',
  exact: false,
  unbiased: true,
  efficient: false,
  run: (game, request) =>
    sampleUntilStopped(game, permutationSampler(game, request, { budgets: request.budgets }), request),
})
