import type { Player } from './game.ts'

export interface BudgetSettings {
  /** m_n: samples of normal players and edges; 20 in SM-ShapNAS. */
  normal: number
  /** m_s: samples of sparse players; 60 in SM-ShapNAS. */
  sparse: number
  /** Epochs with the initial budgets; then they move. */
  warmup: number
  /** The least that a player keeps when budgets move (2: one sample has no standard error). */
  minimum?: number
}

/**
 * Samples per player in `epoch`, in the order of `players`. From epoch `warmup` on, the samples of a decision are
 * dealt out anew by likelihood, and their total stays: m_i = minimum + largestRemainder((B − minimum·k) · q_i / Σq),
 * where the decision has k players and the initial total B (after SM-ShapNAS, §3.3; docs/method.md).
 *
 * `likelihoods`: q_i, player i's entry in softmax(α) of its own decision; for an edge, that of its identity.
 */
export function budgetsAt(
  epoch: number,
  players: readonly Player[],
  likelihoods: readonly number[],
  settings: BudgetSettings,
): number[] {
  const { normal, sparse, warmup, minimum = 2 } = settings
  const initial = players.map(({ group }) => (group === 'sparse' ? sparse : normal))
  if (epoch < warmup) return initial
  const moved = initial.slice()
  for (const decision of new Set(players.map((player) => player.decision))) {
    const members = players.flatMap((player, i) => (player.decision === decision ? [i] : []))
    const spare = members.reduce((sum, i) => sum + initial[i] - minimum, 0)
    const parts = largestRemainder(
      spare,
      members.map((i) => likelihoods[i]),
    )
    members.forEach((i, k) => (moved[i] = minimum + parts[k]))
  }
  return moved
}

/**
 * `total` in whole parts in proportion to `shares` (Hamilton's method): everyone gets the floor of its quota, and the
 * rest goes to the largest fractions, the earlier first among equals.
 */
export function largestRemainder(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((partial, share) => partial + share, 0)
  const valid = shares.every((share) => share >= 0) && sum > 0 && Number.isFinite(sum)
  if (!valid || !Number.isInteger(total) || total < 0)
    throw new RangeError(`cannot deal ${total} in proportion to ${shares.join(', ')}`)
  const quotas = shares.map((share) => (total * share) / sum)
  const parts = quotas.map(Math.floor)
  const left = total - parts.reduce((partial, part) => partial + part, 0)
  const byFraction = quotas
    .map((quota, i) => ({ i, fraction: quota - Math.floor(quota) }))
    .sort((a, b) => b.fraction - a.fraction || a.i - b.i)
  for (const { i } of byFraction.slice(0, left)) parts[i] += 1
  return parts
}
