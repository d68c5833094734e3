import { defineEstimator } from '../estimator.ts'
import { equalBudget } from '../permutations.ts'
import { sampleUntilStopped } from '../sampling.ts'
import { truncatedSampler } from '../truncation.ts'

/**
 * Permutations in which players leave everybody, cut once the score has collapsed: v(S) < threshold · v(N) (Shapley-NAS
 * §3.3, η 0.5; the player that brings it down keeps its contribution, as in its public code). Whoever is left gets 0.
 *
 * Biased, which the standard error does not show: all φ̂ together miss the mean of v(where it was cut) − v(∅)
 * (`bias.total`, which is −gap), up to threshold · v(N), and most of all those who can do without the others. With
 * threshold 0 and no negative score it is `permutation` with other permutations.
 */
export const earlyTruncation = defineEstimator({
  name: 'early-truncation',
  description: 'Permutations of removals that end once the score has collapsed; cheaper, and biased.',
  exact: false,
  unbiased: false,
  efficient: false,
  run: (game, request) => {
    const { threshold = 0.5 } = request
    const sampler = truncatedSampler(game, request, {
      units: equalBudget(request),
      players: 'leave',
      endsAt: (v, { grand }) => v < threshold * grand,
      mostBehind: Math.abs,
    })
    return sampleUntilStopped(game, sampler, request)
  },
})
