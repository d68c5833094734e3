import { choicesOf } from '#contract/architecture.ts'
import type { Genotype } from '#contract/genotype.ts'
import { latest, type RunState } from '#contract/run-state.ts'
import type { Table } from '../charts/chart.ts'
import type { ComparedRun } from './compared-run.ts'

/** What one run chose in one decision. */
interface ChosenParts {
  parts: {
    label: string
    /** The reference run did not choose it here. */
    differs: boolean
  }[]
  /** The same two inputs as the reference, x and y changed over. */
  swapped: boolean
}

/** One decision of the architecture: the inputs of a cell, the inputs of an inner node, or its operation. */
export interface GenotypeRow {
  decision: string
  kind: 'edge' | 'inner-edge' | 'operation'
  cell: number
  node?: number
  /** By run; null where the run's architecture has no such place, or none is known yet. */
  chosen: (ChosenParts | null)[]
  differs: boolean
  /** Share of the runs with a known architecture that chose it, the largest first. */
  consensus: { label: string; count: number; share: number }[]
}

/** The architecture that a run keeps, or while it searches the one it would derive now. */
const genotypeOf = (state: RunState): Genotype | null =>
  (latest(state, 'searched') ?? latest(state, 'search-epoch'))?.genotype ?? null

/** Choices of all runs aligned by cell and node, those that the reference did not make marked. */
export function genotypeRows(runs: readonly ComparedRun[], referenceId: string): GenotypeRow[] {
  const byDecision = runs.map(({ state }) => {
    const genotype = genotypeOf(state)
    return genotype ? Map.groupBy(choicesOf(genotype), decisionOf) : null
  })
  const known = byDecision.filter((decisions) => decisions !== null)
  const reference = byDecision[runs.findIndex(({ id }) => id === referenceId)] ?? null
  const places = new Map(
    known.flatMap((decisions) => [...decisions].map(([decision, [first]]) => [decision, first] as const)),
  )
  return [...places]
    .map(([decision, { kind, cell, node }]) => {
      const choices = byDecision.map(
        (decisions) => decisions?.get(decision)?.map(({ label }) => label) ?? null,
      )
      return {
        decision,
        kind,
        cell,
        node,
        chosen: choices.map(
          (labels) => labels && markParts(labels, reference?.get(decision)?.map(labelOf) ?? null),
        ),
        differs: new Set(choices.filter((labels) => labels !== null).map((labels) => labels.join())).size > 1,
        consensus: consensusOf(
          choices.filter((labels) => labels !== null),
          known.length,
        ),
      }
    })
    .toSorted(byPlace)
}

const labelOf = ({ label }: { label: string }) => label

/** `cell0/edge`, `cell0/node1/edge`, `cell0/node1/op` */
const decisionOf = ({ playerId, label }: { playerId: string; label: string }) =>
  playerId.slice(0, playerId.length - label.length - 1)

function markParts(labels: readonly string[], reference: readonly string[] | null): ChosenParts {
  return {
    parts: labels.map((label) => ({ label, differs: reference !== null && !reference.includes(label) })),
    swapped:
      reference !== null &&
      labels.join() !== reference.join() &&
      labels.toSorted().join() === reference.toSorted().join(),
  }
}

function consensusOf(choices: readonly (readonly string[])[], runs: number): GenotypeRow['consensus'] {
  const groups = Map.groupBy(
    choices.flatMap((labels) => [...new Set(labels)]),
    (label) => label,
  )
  return [...groups]
    .map(([label, { length: count }]) => ({ label, count, share: count / runs }))
    .toSorted((a, b) => b.count - a.count)
}

/** Cells in order; in each its inputs, then each node's inputs and operation. */
function byPlace(a: GenotypeRow, b: GenotypeRow): number {
  const rank = ({ node, kind }: GenotypeRow) => 2 * (node ?? -1) + Number(kind === 'operation')
  return a.cell - b.cell || rank(a) - rank(b)
}

/** `cell 0: inputs`, `cell 0, node 1: operation` */
export const placeName = ({ cell, node, kind }: GenotypeRow): string =>
  `cell ${cell}${node === undefined ? '' : `, node ${node}`}: ${kind === 'operation' ? 'operation' : 'inputs'}`

export function genotypeTable(rows: readonly GenotypeRow[], runs: readonly ComparedRun[]): Table {
  return {
    columns: ['place', ...runs.map(({ label }) => label), 'consensus'],
    rows: rows.map((row) => [
      placeName(row),
      ...row.chosen.map((chosen) => chosen?.parts.map(labelOf).join(' ') ?? null),
      row.consensus.map(({ label, count }) => `${label} ${count}`).join(' '),
    ]),
  }
}
