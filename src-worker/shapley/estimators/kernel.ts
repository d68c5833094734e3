import { pairSampler } from '../coalition-pairs.ts'
import { enumerate } from '../enumeration.ts'
import { defineEstimator } from '../estimator.ts'
import { sampleUntilStopped } from '../sampling.ts'

/** Fewer players have no coalitions between one player and all but one. */
const fewestPlayers = 4

/**
 * φ as the weighted least-squares fit of v by Σ_{i∈S} φ_i with Σφ = v(N) − v(∅) (KernelSHAP, Lundberg & Lee 2017), from
 * pairs of a coalition and its complement (Covert & Lee 2021). Draws Σ budgets coalitions, at least 4n; every
 * coalition tells of all players at once. Exact where all 2ⁿ coalitions cost no more.
 *
 * The standard error is that of the fit's linearisation, pair by pair, with residuals of a fit without that pair. A
 * fit inverts what it has drawn, so its bias falls with 1/draws and is not 0; measured in docs/results/estimators.md. The
 * trap: one who adds nothing gets 0 only on average, unlike from permutations.
 */
export const kernel = defineEstimator({
  name: 'kernel',
  description: 'A least-squares fit to random coalitions and their complements; each tells of all players.',
  exact: false,
  unbiased: false,
  efficient: true,
  run: (game, request) => {
    const n = game.players.length
    const total = request.budgets.reduce((sum, m) => sum + m, 0)
    const units = Math.max(n, Math.floor((total - 2 * n) / 2))
    const sampler = pairSampler(game, request, { units })
    const most = Math.min(sampler.most(units), request.stop?.evaluations ?? Infinity)
    if (n < fewestPlayers || 2 ** n <= most) return enumerate(game)
    return sampleUntilStopped(game, sampler, request)
  },
})
