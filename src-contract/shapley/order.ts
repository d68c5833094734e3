import type { Player } from '../genotype.ts'
import { meanAndDeviation } from '../statistics.ts'
import type { Contribution, DecisionOrder, ShapleyResult } from '../shapley.ts'
import { studentT } from '../statistics/student-t.ts'
import { bandOf, unseenBy, widestRange } from './band.ts'

/** What the order of a decision is judged by: φ with the marginal contributions behind it. */
interface Sampled extends Pick<ShapleyResult, 'exact' | 'contributions'> {
  /** `marginals[i][t]` of player i in permutation t; empty where φ is exact. */
  readonly marginals: readonly (readonly number[])[]
}

type Deciding = Pick<Player, 'id' | 'decision'>

/** Fewer common permutations than this never settle an order: a few equal differences look certain and are not. */
const fewestPairs = 5
const level = 0.05

/**
 * Compares the two best players of `decision` by paired differences, which cancels what the shared permutations do to
 * both. Settled when the mean difference is above t·se at level 0.05 divided by the number of pairs in the decision
 * (Bonferroni, since the best two are picked after looking), and the 95 % band of the difference (`band.ts`) lies above 0; where
 * all differences are the same, above what may be unseen. Null where the decision has fewer than two players.
 */
export function orderSettled(
  estimate: Sampled,
  players: readonly Deciding[],
  decision: string,
): DecisionOrder | null {
  const members = players.flatMap((player, i) => (player.decision === decision ? [i] : []))
  const phi = (i: number) => estimate.contributions[i].phi
  const [i, j] = members.toSorted((a, b) => phi(b) - phi(a) || a - b)
  if (i === undefined || j === undefined) return null
  const names = { decision, first: players[i].id, second: players[j].id }
  if (estimate.exact) return exactOrder(names, phi(i) - phi(j))
  const pairs = Math.min(estimate.marginals[i].length, estimate.marginals[j].length)
  const differences = Array.from(
    { length: pairs },
    (_, t) => estimate.marginals[i][t] - estimate.marginals[j][t],
  )
  const { mean, deviation } = meanAndDeviation(differences)
  const standardError = pairs > 1 ? deviation / Math.sqrt(pairs) : null
  const unseen = unseenBy(differences, widestRange(estimate.marginals)) ?? 0
  const order = judged(names, mean, standardError, pairs, members.length)
  return { ...order, settled: order.settled && (bandOf(differences)?.low ?? 0) > unseen }
}

/** The order of every decision with at least two players, by paired differences. */
export function ordersOf(estimate: Sampled, players: readonly Deciding[]): DecisionOrder[] {
  const decisions = [...new Set(players.map(({ decision }) => decision))]
  return decisions.flatMap((decision) => orderSettled(estimate, players, decision) ?? [])
}

/**
 * As `orderSettled` where the marginal contributions are gone: the standard errors are added as if both players were
 * sampled apart, with the fewer of their degrees of freedom. Usually this settles less than pairs do.
 */
export function orderFromErrors(
  decision: string,
  contributions: readonly Contribution[],
  exact: boolean,
): DecisionOrder | null {
  const [best, next] = contributions.toSorted((a, b) => b.phi - a.phi)
  if (best === undefined || next === undefined) return null
  const names = { decision, first: best.id, second: next.id }
  const difference = best.phi - next.phi
  if (exact) return exactOrder(names, difference)
  const known = best.standardError !== null && next.standardError !== null
  const standardError = known ? Math.hypot(best.standardError!, next.standardError!) : null
  const pairs = Math.min(best.samples, next.samples)
  return judged(names, difference, standardError, pairs, contributions.length)
}

type Names = Pick<DecisionOrder, 'decision' | 'first' | 'second'>

const exactOrder = (names: Names, difference: number): DecisionOrder => ({
  ...names,
  difference,
  standardError: 0,
  settled: difference > 0,
})

function judged(
  names: Names,
  difference: number,
  standardError: number | null,
  pairs: number,
  members: number,
): DecisionOrder {
  const comparisons = (members * (members - 1)) / 2
  const settled =
    pairs >= fewestPairs &&
    standardError !== null &&
    difference > 0 &&
    difference > studentT(level / comparisons, pairs - 1) * standardError
  return { ...names, difference, standardError, settled }
}

/** The order holds over two epochs: settled in both, with the same winner. */
export function settledOverEpochs(previous: DecisionOrder | null, current: DecisionOrder | null): boolean {
  if (previous === null || current === null) return false
  return previous.settled && current.settled && previous.first === current.first
}
