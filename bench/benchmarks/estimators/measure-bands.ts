import { estimate } from '#worker/shapley/estimator.ts'
import type { EstimateRequest, Estimator } from '#worker/shapley/estimator.ts'
import { tableGame } from '../../../test/src-worker/shapley/games.ts'

/** How estimates of one player lie around its Shapley value, over repetitions with other seeds. */
interface PlayerBands {
  /** Repetitions whose 95 % band holds φ. */
  covered: number
  /** Mean of φ̂ − φ, and the standard error of that mean. */
  bias: number
  biasError: number
  /** Root of the mean square of φ̂ − φ, and of the standard errors that went with it. */
  error: number
  claimed: number
}

export interface Bands {
  players: PlayerBands[]
  /** Distinct coalitions of one repetition, on average. */
  evaluations: number
  /** All coalitions were enumerated, so there is nothing to be calibrated. */
  exact: boolean
}

/** A φ̂ that is exact but for rounding lies in its band. */
const rounding = 1e-9

/** Estimates a game of known Shapley values once for each of the seeds 0 … `repetitions` − 1. */
export async function measureBands(
  estimator: Estimator,
  { values, shapley }: { values: readonly number[]; shapley: readonly number[] },
  { repetitions, ...request }: Pick<EstimateRequest, 'budgets' | 'tolerance'> & { repetitions: number },
): Promise<Bands> {
  const { game } = tableGame(values)
  const players = shapley.map(() => ({ covered: 0, sum: 0, squares: 0, claimed: 0 }))
  let evaluations = 0
  let exact = true
  for (let seed = 0; seed < repetitions; seed++) {
    const result = await estimate(estimator, game, { ...request, seed, epoch: 0 })
    evaluations += result.evaluations / repetitions
    exact &&= result.exact
    result.contributions.forEach(({ phi, standardError, low, high }, i) => {
      const player = players[i]
      if (low! - rounding <= shapley[i] && shapley[i] <= high! + rounding) player.covered++
      player.sum += phi - shapley[i]
      player.squares += (phi - shapley[i]) ** 2
      player.claimed += standardError! ** 2
    })
  }
  return {
    evaluations,
    exact,
    players: players.map(({ covered, sum, squares, claimed }) => {
      const bias = sum / repetitions
      const variance = Math.max(0, squares / repetitions - bias ** 2)
      return {
        covered,
        bias,
        biasError: Math.sqrt(variance / (repetitions - 1)),
        error: Math.sqrt(squares / repetitions),
        claimed: Math.sqrt(claimed / repetitions),
      }
    }),
  }
}

/**
 * The fewest of `repetitions` in which a 95 % band holds by chance: 3.9 standard deviations of the binomial below the
 * expectation, that is 1 in 20,000 for one player, since some hundred players are looked at.
 */
export const fewestCovered = (repetitions: number): number =>
  Math.ceil(0.95 * repetitions - 3.9 * Math.sqrt(0.95 * 0.05 * repetitions))
