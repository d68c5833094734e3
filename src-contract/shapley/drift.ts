import type { Contribution, ShapleyResult } from '../shapley.ts'
import { studentT } from '../statistics/student-t.ts'

/** How far φ of one player has gone between two valuations, and how far sampling alone would carry it. */
interface PlayerDrift {
  id: string
  /** φ later less φ before. */
  change: number
  /** Standard error of the change: √(se² before + se² later), for the two draw from streams of their own. */
  expected: number
  /** The 95 % band of the drift: the change but for sampling error and what either may not have seen. */
  low: number
  high: number
  /** The band does not hold 0: more than sampling has moved φ. One in twenty does so by chance. */
  drifted: boolean
}

/** What has moved between two valuations of the same players, in units of the value function. */
export interface Drift {
  players: PlayerDrift[]
  /** Root mean square of the changes, and of what sampling makes of them. */
  change: number
  expected: number
  /** What is left of `change` without the sampling: √max(0, change² − expected²). */
  drift: number
}

/**
 * Tells drift between epochs (the weights have learned, and another validation batch values them) from the sampling error of
 * both estimates. Players that only one of the two has valued, or that have no standard error, are left out; null
 * where that leaves nobody. Biased estimates drift where their bias does.
 */
export function driftBetween(
  before: Pick<ShapleyResult, 'contributions'>,
  later: Pick<ShapleyResult, 'contributions'>,
): Drift | null {
  const earlier = new Map(before.contributions.map((contribution) => [contribution.id, contribution]))
  const players = later.contributions.flatMap((now) => {
    const then = earlier.get(now.id)
    return then ? (driftOf(then, now) ?? []) : []
  })
  if (players.length === 0) return null
  const change = rootMeanSquare(players.map((player) => player.change))
  const expected = rootMeanSquare(players.map((player) => player.expected))
  return { players, change, expected, drift: Math.sqrt(Math.max(0, change ** 2 - expected ** 2)) }
}

function driftOf(before: Contribution, later: Contribution): PlayerDrift | null {
  if (before.standardError === null || later.standardError === null) return null
  const change = later.phi - before.phi
  const expected = Math.hypot(before.standardError, later.standardError)
  const sampled = expected === 0 ? 0 : studentT(0.05, commonDegrees(before, later)) * expected
  const halfBand = Math.hypot(sampled, before.unseen ?? 0, later.unseen ?? 0)
  const [low, high] = [change - halfBand, change + halfBand]
  return { id: later.id, change, expected, low, high, drifted: low > 0 || high < 0 }
}

/**
 * Degrees of freedom of a difference of means with errors of their own (Welch & Satterthwaite); a mean without error
 * counts for nothing. Samples are taken for independent; those of antithetic pairs are not, which narrows bands a little.
 */
function commonDegrees(before: Contribution, later: Contribution): number {
  const variances = [before, later].map(({ standardError }) => standardError! ** 2)
  const spent = [before, later].map(({ samples }, k) => variances[k] ** 2 / Math.max(1, samples - 1))
  return (variances[0] + variances[1]) ** 2 / (spent[0] + spent[1])
}

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)
