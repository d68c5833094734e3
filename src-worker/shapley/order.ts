import type { Estimate } from './estimator.ts'
import type { Player } from './game.ts'
import { meanOf } from './sampling.ts'
import { studentT } from './student-t.ts'

/** How sure the ranking at the top of one decision is. */
export interface DecisionOrder {
  decision: string
  /** Ids of the two players with the largest φ. */
  first: string
  second: string
  /** Mean of Δ_first,t − Δ_second,t over the permutations in which both were valued. */
  difference: number
  /** Its standard error; 0 where φ is exact, null for a single common permutation. */
  standardError: number | null
  /** The difference clears the sampling error of this epoch. Drift between epochs is another matter: `settledOverEpochs`. */
  settled: boolean
}

/** Fewer common permutations than this never settle an order: a few equal differences look certain and are not. */
const fewestPairs = 5
const level = 0.05

/**
 * Compares the two best players of `decision` by paired differences, which cancels what the shared permutations do to
 * both. Settled when the mean difference is above t·se at level 0.05 divided by the number of pairs in the decision
 * (Bonferroni, since the best two are picked after looking). Null where the decision has fewer than two players.
 */
export function orderSettled(
  estimate: Estimate,
  players: readonly Player[],
  decision: string,
): DecisionOrder | null {
  const members = players.flatMap((player, i) => (player.decision === decision ? [i] : []))
  const phi = (i: number) => estimate.contributions[i].phi
  const [i, j] = members.toSorted((a, b) => phi(b) - phi(a) || a - b)
  if (i === undefined || j === undefined) return null
  const names = { decision, first: players[i].id, second: players[j].id }
  if (estimate.exact) {
    const difference = phi(i) - phi(j)
    return { ...names, difference, standardError: 0, settled: difference > 0 }
  }
  const pairs = Math.min(estimate.marginals[i].length, estimate.marginals[j].length)
  const differences = Array.from(
    { length: pairs },
    (_, t) => estimate.marginals[i][t] - estimate.marginals[j][t],
  )
  const { mean: difference, standardError } = meanOf(differences)
  const comparisons = (members.length * (members.length - 1)) / 2
  const settled =
    pairs >= fewestPairs &&
    difference > 0 &&
    difference > studentT(level / comparisons, pairs - 1) * standardError!
  return { ...names, difference, standardError, settled }
}

/** The order holds over two epochs: settled in both, with the same winner. */
export function settledOverEpochs(previous: DecisionOrder | null, current: DecisionOrder | null): boolean {
  if (previous === null || current === null) return false
  return previous.settled && current.settled && previous.first === current.first
}
