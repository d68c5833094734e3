import { choicesOf } from '../architecture.ts'
import type { Genotype } from '../genotype.ts'
import type { Table } from '../table.ts'
import type { ComparedRun } from './compared-run.ts'

/** Of one run in one decision: a choice that it shares with the reference, made beyond it, or left out. */
interface Part {
  label: string
  change: 'kept' | 'added' | 'removed'
}

interface ChosenParts {
  parts: Part[]
  /** The same two inputs as the reference, x and y changed over. */
  swapped: boolean
}

/** One decision of the architecture: the inputs of a cell, the inputs of an inner node, or its operation. */
export interface GenotypeRow extends Place {
  decision: string
  /** By run; null where the run's architecture has no such place, or none is known yet. */
  chosen: (ChosenParts | null)[]
  differs: boolean
}

export interface Place {
  kind: 'edge' | 'inner-edge' | 'operation'
  cell: number
  node?: number
}

/** What each genotype chose in each decision, by place; null where it has no such place. */
export function alignedChoices(
  genotypes: readonly (Genotype | null)[],
): (Place & { decision: string; labels: (string[] | null)[] })[] {
  const byDecision = genotypes.map((genotype) =>
    genotype ? Map.groupBy(choicesOf(genotype), decisionOf) : null,
  )
  const places = new Map(
    byDecision.flatMap((decisions) => [...(decisions ?? [])].map(([decision, [first]]) => [decision, first])),
  )
  return [...places]
    .map(([decision, { kind, cell, node }]) => ({
      decision,
      kind,
      cell,
      node,
      labels: byDecision.map((decisions) => decisions?.get(decision)?.map(({ label }) => label) ?? null),
    }))
    .toSorted(byPlace)
}

/** `cell0/edge`, `cell0/node1/edge`, `cell0/node1/op` */
const decisionOf = ({ playerId, label }: { playerId: string; label: string }) =>
  playerId.slice(0, playerId.length - label.length - 1)

/** Cells in order; in each its inputs, then each node's inputs and operation. */
function byPlace(a: Place, b: Place): number {
  const rank = ({ node, kind }: Place) => 2 * (node ?? -1) + Number(kind === 'operation')
  return a.cell - b.cell || rank(a) - rank(b)
}

/** Choices of all runs aligned by cell and node, each told apart from the reference's. */
export function genotypeRows(runs: readonly ComparedRun[], referenceId: string): GenotypeRow[] {
  const at = runs.findIndex(({ id }) => id === referenceId)
  return alignedChoices(runs.map(({ digest }) => digest.genotype)).map(({ labels, ...place }) => {
    const reference = labels[at] ?? null
    const known = labels.filter((own) => own !== null)
    return {
      ...place,
      chosen: labels.map((own) => own && differenceTo(own, reference)),
      differs: new Set(known.map((own) => own.join())).size > 1,
    }
  })
}

function differenceTo(labels: readonly string[], reference: readonly string[] | null): ChosenParts {
  const own = labels.map((label): Part => ({
    label,
    change: reference === null || reference.includes(label) ? 'kept' : 'added',
  }))
  const gone = (reference ?? []).filter((label) => !labels.includes(label))
  const swapped =
    reference !== null &&
    labels.join() !== reference.join() &&
    labels.toSorted().join() === reference.toSorted().join()
  return { parts: [...own, ...gone.map((label): Part => ({ label, change: 'removed' }))], swapped }
}

/** `cell 0: inputs`, `cell 0, node 1: operation` */
export const placeName = ({ cell, node, kind }: Place): string =>
  `cell ${cell}${node === undefined ? '' : `, node ${node}`}: ${kind === 'operation' ? 'operation' : 'inputs'}`

const signs = { kept: '', added: '+', removed: '−' } as const

export const signOf = ({ change }: Part): string => signs[change]

export function genotypeTable(rows: readonly GenotypeRow[], runs: readonly ComparedRun[]): Table {
  return {
    columns: ['place', ...runs.map(({ label }) => label)],
    rows: rows.map((row) => [
      placeName(row),
      ...row.chosen.map(
        (chosen) => chosen?.parts.map((part) => `${signOf(part)}${part.label}`).join(' ') ?? null,
      ),
    ]),
  }
}
