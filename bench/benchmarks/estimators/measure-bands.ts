import { widestBand } from '#contract/shapley/band.ts'
import type { Contribution } from '#contract/shapley.ts'
import type { Band } from '#contract/statistics.ts'
import { studentT } from '#contract/statistics/student-t.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import type { EstimateRequest, Estimator } from '#worker/shapley/estimator.ts'
import { tableGame } from '../../../test/src-worker/shapley/games.ts'

/** How estimates of one player lie around its Shapley value, over repetitions with other seeds. */
interface PlayerBands {
  /** Repetitions whose 95 % band holds φ. */
  covered: number
  /** Those whose band holds it together with what the result says may be unseen. */
  held: number
  /** Those in which the result says that something may be unseen. */
  marked: number
  /** Those whose φ̂ ± t·se would hold it. */
  coveredByStudent: number
  /** The mean width of the band, and of Student's. */
  width: number
  studentWidth: number
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
  const players = shapley.map((phi) => new Tally(phi))
  let evaluations = 0
  let exact = true
  for (let seed = 0; seed < repetitions; seed++) {
    const result = await estimate(estimator, game, { ...request, seed, epoch: 0 })
    evaluations += result.evaluations / repetitions
    exact &&= result.exact
    result.contributions.forEach((contribution, i) =>
      players[i].add(contribution, result.exact ? 0 : tOf(result.marginals[i].length)),
    )
  }
  return { evaluations, exact, players: players.map((tally) => tally.over(repetitions)) }
}

const known = new Map<number, number>()
function tOf(samples: number): number {
  const t = known.get(samples) ?? studentT(0.05, samples - 1)
  known.set(samples, t)
  return t
}

/** What the estimates of one player come to. */
class Tally {
  readonly #phi: number
  #counts = { covered: 0, held: 0, marked: 0, coveredByStudent: 0 }
  #sums = { error: 0, squares: 0, claimed: 0, width: 0, studentWidth: 0 }

  constructor(phi: number) {
    this.#phi = phi
  }

  /** `t`: half of Student's band in standard errors. */
  add(contribution: Contribution, t: number): void {
    const { phi, low, high, standardError, unseen } = contribution
    const half = t * standardError!
    this.#counts.covered += this.#isIn({ low: low!, high: high! })
    this.#counts.held += this.#isIn(widestBand(contribution)!)
    this.#counts.marked += unseen === undefined ? 0 : 1
    this.#counts.coveredByStudent += this.#isIn({ low: phi - half, high: phi + half })
    this.#sums.error += phi - this.#phi
    this.#sums.squares += (phi - this.#phi) ** 2
    this.#sums.claimed += standardError! ** 2
    this.#sums.width += high! - low!
    this.#sums.studentWidth += 2 * half
  }

  over(repetitions: number): PlayerBands {
    const { error, squares, claimed, width, studentWidth } = this.#sums
    const bias = error / repetitions
    const variance = Math.max(0, squares / repetitions - bias ** 2)
    return {
      ...this.#counts,
      width: width / repetitions,
      studentWidth: studentWidth / repetitions,
      bias,
      biasError: Math.sqrt(variance / (repetitions - 1)),
      error: Math.sqrt(squares / repetitions),
      claimed: Math.sqrt(claimed / repetitions),
    }
  }

  #isIn({ low, high }: Band): number {
    return low - rounding <= this.#phi && this.#phi <= high + rounding ? 1 : 0
  }
}

/**
 * The fewest of `repetitions` in which a 95 % band holds by chance: 3.9 standard deviations of the binomial below the
 * expectation, that is 1 in 20,000 for one player, since some hundred players are looked at.
 */
export const fewestCovered = (repetitions: number): number =>
  Math.ceil(0.95 * repetitions - 3.9 * Math.sqrt(0.95 * 0.05 * repetitions))
