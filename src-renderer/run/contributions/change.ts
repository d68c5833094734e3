import { driftBetween, type Drift } from '#contract/shapley/drift.ts'
import { formatCount } from '#contract/format.ts'
import type { Contribution, ShapleyResult } from '#contract/shapley.ts'
import { rankCorrelation } from '#contract/statistics.ts'
import type { Table } from '#contract/table.ts'
import { decisionsOf, type Valuation, type ValuationRow } from './valuation.ts'

/** One choice in two valuations. */
interface ChangeRow extends Pick<ValuationRow, 'player' | 'chosen'> {
  before: Contribution
  now: Contribution
  /** Null where one of them has no standard error. */
  move: Drift['players'][number] | null
}

/** How φ of all choices differs between two valuations, and how much of that sampling alone explains. */
export interface Change {
  /** The surest difference first. */
  rows: ChangeRow[]
  drift: Drift | null
  /** Spearman's ρ of φ over all choices. */
  correlation: number | null
  /** Decisions whose largest φ is that of the same choice, of all decisions. */
  leaders: { same: number; of: number }
}

export function changeOf(valuation: Valuation, before: ShapleyResult): Change | null {
  const { shapley } = valuation
  if (!shapley) return null
  const earlier = new Map(before.contributions.map((found) => [found.id, found]))
  const drift = driftBetween(before, shapley)
  const moves = new Map(drift?.players.map((player) => [player.id, player]))
  const rows = valuation.rows.flatMap(({ player, chosen, contribution }): ChangeRow[] => {
    const then = earlier.get(player.id)
    if (!then || !contribution) return []
    return [{ player, chosen, before: then, now: contribution, move: moves.get(player.id) ?? null }]
  })
  return {
    rows: rows.toSorted((a, b) => sureness(b) - sureness(a)),
    drift,
    correlation: rankCorrelation(
      rows.map(({ before }) => before.phi),
      rows.map(({ now }) => now.phi),
    ),
    leaders: compareLeaders(valuation, rows),
  }
}

/** The change in its own standard errors. */
function sureness({ before, now, move }: ChangeRow): number {
  const change = Math.abs(now.phi - before.phi)
  return move && move.expected > 0 ? change / move.expected : change
}

function compareLeaders(valuation: Valuation, rows: readonly ChangeRow[]): Change['leaders'] {
  const known = new Map(rows.map((row) => [row.player.id, row]))
  const decisions = decisionsOf(valuation)
    .map((group) => group.rows.flatMap(({ player }) => known.get(player.id) ?? []))
    .filter((group) => group.length > 1)
  const leader = (group: ChangeRow[], side: 'before' | 'now') =>
    group.reduce((best, row) => (row[side].phi > best[side].phi ? row : best)).player.id
  const same = decisions.filter((group) => leader(group, 'before') === leader(group, 'now'))
  return { same: same.length, of: decisions.length }
}

/** What a change amounts to, in sentences; `since`: `epoch 6`, or `the search`. */
export function changeSentences({ drift, correlation, leaders, rows }: Change, since: string): string[] {
  const points = (share: number) => (100 * share).toFixed(1)
  const sentences: string[] = []
  if (drift) {
    const moved = drift.players.filter(({ drifted }) => drifted).length
    sentences.push(
      `From ${since}, φ differs by ${points(drift.change)} points (root mean square over ${formatCount(rows.length)} choices).`,
      `Sampling alone would make ${points(drift.expected)}${
        drift.drift > 0
          ? `, so about ${points(drift.drift)} are more than sampling`
          : ', so it explains all of that'
      }.`,
      moved === 0
        ? 'No choice differs by more than its band.'
        : `${formatCount(moved)} of ${formatCount(drift.players.length)} ${moved === 1 ? 'differs by more than its' : 'differ by more than their'} band; ${
            drift.players.length > 10
              ? `chance alone makes about ${Math.round(drift.players.length / 20)}`
              : 'one in twenty does by chance'
          }.`,
    )
  }
  if (correlation !== null)
    sentences.push(`The order of all choices: rank correlation ${correlation.toFixed(2)} (Spearman).`)
  if (leaders.of > 0)
    sentences.push(`In ${leaders.same} of ${leaders.of} decisions the same choice has the largest φ.`)
  return sentences
}

export function changeTable({ rows }: Change): Table {
  return {
    columns: [
      'player',
      'phi before',
      'standard error before',
      'phi',
      'standard error',
      'change',
      'low',
      'high',
    ],
    rows: rows.map(({ player, before, now, move }) => [
      player.id,
      before.phi,
      before.standardError,
      now.phi,
      now.standardError,
      now.phi - before.phi,
      move?.low ?? null,
      move?.high ?? null,
    ]),
  }
}
