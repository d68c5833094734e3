import { choicesOf } from '#contract/architecture.ts'
import type { EventOf } from '#contract/run/events.ts'
import type { Player } from '#contract/genotype.ts'
import { latest, type RunState } from '#contract/run/state.ts'
import type { Contribution, ShapleyResult } from '#contract/shapley.ts'
import type { Revaluation } from '#contract/shapley/valuation.ts'

/** What one search epoch, or a re-valuation of its supernet, says about every choice. */
export interface Valuation {
  epoch: number
  epochs: number
  /** How φ was estimated; null for a search without valuation. */
  shapley: ShapleyResult | null
  /** Where φ was found after the search; null where it is the search's own. */
  revaluation: Revaluation | null
  rows: ValuationRow[]
  /** Largest |φ| of the run, full colour of the diverging scale in every epoch alike. */
  limit: number
  genotype: EventOf<'search-epoch'>['genotype']
  /** Whether this is the epoch whose genotype the search kept. */
  kept: boolean
}

export interface ValuationRow {
  player: Player
  contribution: Contribution | null
  chosen: boolean
  alpha: number | null
  /** Weight in the supernet: softmax of α within the decision. */
  weight: number | null
}

/** The valuation of an epoch (0-based); by default of the kept one, or the newest while the search goes on. */
export function valuationOf(state: RunState, epoch: number | null): Valuation | null {
  const epochs = state.byType['search-epoch']
  const wanted = epoch ?? latest(state, 'searched')?.epoch
  const event = epochs.find((candidate) => candidate.epoch === wanted) ?? epochs.at(-1)
  return event ? valuationFrom(state, event, null) : null
}

/** What a re-valuation says; null while its epoch is not known. */
export function revaluedBy(state: RunState, revaluation: Revaluation): Valuation | null {
  const event = state.byType['search-epoch'].find(({ epoch }) => epoch === revaluation.epoch)
  return event ? valuationFrom(state, event, revaluation) : null
}

function valuationFrom(
  state: RunState,
  event: EventOf<'search-epoch'>,
  revaluation: Revaluation | null,
): Valuation | null {
  const space = latest(state, 'space')
  const kept = latest(state, 'searched')
  if (!space) return null
  const shapley = revaluation?.result ?? event.shapley
  const byId = new Map(shapley?.contributions.map((contribution) => [contribution.id, contribution]))
  const chosen = new Set(choicesOf(event.genotype).map(({ playerId }) => playerId))
  return {
    epoch: event.epoch,
    epochs: state.byType['search-epoch'].length,
    shapley,
    revaluation,
    limit: Math.max(
      largestContribution(state, () => true),
      largestOf(revaluation?.result, () => true),
    ),
    genotype: event.genotype,
    kept: kept?.epoch === event.epoch,
    rows: space.players.map((player) => ({
      player,
      contribution: byId.get(player.id) ?? null,
      chosen: chosen.has(player.id),
      alpha: event.alphas[player.id] ?? null,
      weight: event.mixture[player.id] ?? null,
    })),
  }
}

/** Largest |φ| that any of these players reaches in any epoch. */
export function largestContribution(state: RunState, counts: (player: Player) => boolean): number {
  const counted = new Set(
    latest(state, 'space')
      ?.players.filter(counts)
      .map(({ id }) => id),
  )
  const isCounted = (id: string) => counted.has(id)
  return Math.max(0, ...state.byType['search-epoch'].map(({ shapley }) => largestOf(shapley, isCounted)))
}

/** Largest |φ| of the counted players in one result. */
export function largestOf(
  shapley: Pick<ShapleyResult, 'contributions'> | null | undefined,
  counts: (id: string) => boolean,
): number {
  const counted = shapley?.contributions.filter(({ id }) => counts(id)) ?? []
  return Math.max(0, ...counted.map(({ phi }) => Math.abs(phi)))
}

export interface DecisionGroup {
  decision: string
  kind: Player['kind']
  cell: number
  node: number | undefined
  rows: ValuationRow[]
}

/** Rows by decision, in the order of the space; within a decision the largest φ first. */
export function decisionsOf(valuation: Valuation): DecisionGroup[] {
  const groups = Map.groupBy(valuation.rows, ({ player }) => player.decision)
  return [...groups].map(([decision, rows]) => {
    const [{ player }] = rows
    return { decision, kind: player.kind, cell: player.cell, node: player.node, rows: byContribution(rows) }
  })
}

/** The largest φ first; what was not valued keeps its order at the end. */
export function byContribution(rows: readonly ValuationRow[]): ValuationRow[] {
  const phi = (row: ValuationRow) => row.contribution?.phi ?? -Infinity
  return rows.toSorted((a, b) => (phi(b) === phi(a) ? 0 : phi(b) - phi(a)))
}

/** `Cell 0, node 0: operation` */
export function decisionTitle({ kind, cell, node }: Pick<Player, 'kind' | 'cell' | 'node'>): string {
  if (kind === 'edge') return `Cell ${cell}: inputs`
  return kind === 'operation' ? `Cell ${cell}, node ${node}: operation` : `Cell ${cell}, node ${node}: inputs`
}
