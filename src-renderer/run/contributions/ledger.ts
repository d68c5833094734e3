import type { Player } from '#contract/genotype.ts'
import type { RunState } from '#contract/run/state.ts'
import { widestBand } from '#contract/shapley/band.ts'
import type { Contribution } from '#contract/shapley.ts'
import type { Table } from '#contract/table.ts'
import { sortingFrom, type Sorting } from '../../sorting.ts'
import { choiceLabel } from '../labels.ts'
import { decisionTitle, type Valuation, type ValuationRow } from './valuation.ts'

/** A choice with everything that the search has found out about it until the epoch shown. */
export interface LedgerRow extends ValuationRow {
  /** Place by φ within its decision, 1 the largest; null where the epoch has no φ. */
  rank: number | null
  /** Place by α within its decision. */
  alphaRank: number | null
  /** Choices of its decision, itself included. */
  rivals: number
  /** Its places in all valued epochs until the one shown. */
  ranks: number[]
  /** Mean |change of place| over the last five valued epochs; null with fewer than two. */
  rankChange: number | null
  /** α in every epoch until the one shown; it began at 0 ± 0.001. */
  alphas: number[]
  /** Marginal contributions that went into its φ, all epochs until the one shown. */
  spent: number
  /** Those of the first valued epoch, its initial budget; null where none was valued. */
  initial: number | null
  disagreement: Disagreement
}

/**
 * Whether α and φ order a choice and some rival of its decision in opposite ways: not at all, within the bands of φ, or
 * although the bands are apart.
 */
export type Disagreement = 'none' | 'within-bands' | 'clear'

const epochsOfStability = 5

/** A row for each choice of the space, in its order. */
export function ledgerRows(state: RunState, valuation: Valuation): LedgerRow[] {
  const epochs = state.byType['search-epoch'].filter(({ epoch }) => epoch <= valuation.epoch)
  const decisions = Map.groupBy(valuation.rows, ({ player }) => player.decision)
  const history = epochs
    .filter(({ shapley }) => shapley !== null)
    .map(({ shapley }) => new Map(shapley!.contributions.map((found) => [found.id, found])))
  const rankings = [...decisions.values()].flatMap((rows) => {
    const ids = rows.map(({ player }) => player.id)
    const places = history.map((found) => placesBy(ids, (id) => found.get(id)?.phi))
    return ids.map((id) => [id, places.flatMap((ranks) => ranks.get(id) ?? [])] as const)
  })
  const ranksOf = new Map(rankings)
  return valuation.rows.map((row) => {
    const { id, decision } = row.player
    const rows = decisions.get(decision)!
    const ids = rows.map(({ player }) => player.id)
    const byId = new Map(rows.map((rival) => [rival.player.id, rival]))
    const place = (value: (rival: ValuationRow) => number | null | undefined) =>
      placesBy(ids, (other) => value(byId.get(other)!) ?? undefined).get(id) ?? null
    const ranks = ranksOf.get(id)!
    return {
      ...row,
      rank: place(({ contribution }) => contribution?.phi),
      alphaRank: place(({ alpha }) => alpha),
      rivals: rows.length,
      ranks,
      rankChange: meanChange(ranks.slice(-epochsOfStability)),
      alphas: epochs.flatMap(({ alphas }) => alphas[id] ?? []),
      spent: history.reduce((sum, found) => sum + (found.get(id)?.samples ?? 0), 0),
      initial: history[0]?.get(id)?.samples ?? null,
      disagreement: disagreementOf(row, rows),
    }
  })
}

/** Places 1, 2, … of the ids that have a value, the largest first; the earlier one among equals. */
function placesBy(
  ids: readonly string[],
  value: (id: string) => number | undefined,
): ReadonlyMap<string, number> {
  const valued = ids.filter((id) => value(id) !== undefined)
  const order = valued.toSorted((a, b) => value(b)! - value(a)!)
  return new Map(order.map((id, i) => [id, i + 1]))
}

function meanChange(ranks: readonly number[]): number | null {
  if (ranks.length < 2) return null
  const changes = ranks.slice(1).map((rank, i) => Math.abs(rank - ranks[i]))
  return changes.reduce((sum, change) => sum + change, 0) / changes.length
}

function disagreementOf(row: ValuationRow, rows: readonly ValuationRow[]): Disagreement {
  if (!row.contribution || row.alpha === null) return 'none'
  const opposed = rows.filter(({ contribution, alpha }) => {
    if (!contribution || alpha === null) return false
    return (contribution.phi - row.contribution!.phi) * (alpha - row.alpha!) < 0
  })
  if (opposed.length === 0) return 'none'
  return opposed.some(({ contribution }) => apart(contribution!, row.contribution!))
    ? 'clear'
    : 'within-bands'
}

/** Whether two bands, with what may be unseen, have no point in common; without bands nothing is known. */
export function apart(a: Contribution, b: Contribution): boolean {
  const [one, other] = [widestBand(a), widestBand(b)]
  return one !== null && other !== null && (one.low > other.high || other.low > one.high)
}

const sortKeys = ['place', 'choice', 'phi', 'evaluations', 'stability', 'alpha', 'weight'] as const
export type SortKey = (typeof sortKeys)[number]
/** `phi`, or `-phi` for the largest first. */
export const sortingFromText = (text: string): Sorting<SortKey> =>
  sortingFrom(text, sortKeys, { key: 'place', descending: false })

/** Sorted rows; unknown values come last either way. `place` is the order of the space, in it the largest φ first. */
export function sortLedger(rows: readonly LedgerRow[], { key, descending }: Sorting<SortKey>): LedgerRow[] {
  if (key === 'place') {
    const byPlace = [...Map.groupBy(rows, ({ player }) => player.decision).values()]
    return (descending ? byPlace.reverse() : byPlace).flatMap((group) =>
      group.toSorted((a, b) => (a.rank ?? a.alphaRank ?? 0) - (b.rank ?? b.alphaRank ?? 0)),
    )
  }
  const sign = descending ? -1 : 1
  if (key === 'choice')
    return rows.toSorted((a, b) => sign * choiceLabel(a).localeCompare(choiceLabel(b), 'en'))
  const value = {
    phi: (row: LedgerRow) => row.contribution?.phi ?? null,
    evaluations: (row: LedgerRow) => row.spent,
    stability: (row: LedgerRow) => row.rankChange,
    alpha: (row: LedgerRow) => row.alpha,
    weight: (row: LedgerRow) => row.weight,
  }[key]
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return sign * (left - right)
  })
}

export interface LedgerFilter {
  kind: Player['kind'] | ''
  cell: string
  node: string
}

export const passes = (
  { player }: Pick<ValuationRow, 'player'>,
  { kind, cell, node }: LedgerFilter,
): boolean =>
  (kind === '' || player.kind === kind) &&
  (cell === '' || player.cell === Number(cell)) &&
  (node === '' || player.node === Number(node))

export function ledgerTable(rows: readonly LedgerRow[]): Table {
  return {
    columns: [
      'player',
      'decision',
      'kind',
      'group',
      'cell',
      'node',
      'choice',
      'chosen',
      'phi',
      'standard error',
      'low',
      'high',
      'unseen',
      'samples',
      'samples of the first epoch',
      'samples of all epochs',
      'rank by phi',
      'mean rank change',
      'alpha',
      'rank by alpha',
      'weight',
      'alpha against phi',
    ],
    rows: rows.map((row) => [
      row.player.id,
      decisionTitle(row.player),
      row.player.kind,
      row.player.group,
      row.player.cell,
      row.player.node ?? null,
      row.player.label,
      row.chosen ? 'yes' : 'no',
      row.contribution?.phi ?? null,
      row.contribution?.standardError ?? null,
      row.contribution?.low ?? null,
      row.contribution?.high ?? null,
      row.contribution?.unseen ?? null,
      row.contribution?.samples ?? null,
      row.initial,
      row.spent,
      row.rank,
      row.rankChange,
      row.alpha,
      row.alphaRank,
      row.weight,
      row.disagreement,
    ]),
  }
}
