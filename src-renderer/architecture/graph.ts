import type { FeatureInfo } from '#contract/events.ts'
import type { Player } from '#contract/genotype.ts'

/** The supernet as a drawing: what is connected to what. The derived architecture is a choice among its edges. */
export interface ArchitectureGraph {
  nodes: ArchitectureNode[]
  edges: ArchitectureEdge[]
}

export type ArchitectureNode =
  | { id: string; kind: 'feature'; feature: FeatureInfo }
  /** Both inputs of a cell, x above y. */
  | { id: string; kind: 'inputs'; cell: number }
  | { id: string; kind: 'inner'; cell: number; node: number; operations: Player[] }
  /** Joins the inner nodes, adds the cell's first input, normalises. */
  | { id: string; kind: 'output'; cell: number }
  | { id: string; kind: 'head' }

export interface ArchitectureEdge {
  id: string
  source: string
  target: string
  /** The player that stands for the edge; null where the method fixes it. */
  player: Player | null
  /** Which of a cell's two inputs it leaves from, for inner edges. */
  port: 'x' | 'y' | null
}

/** Id of the node that an edge's label names inside a cell or before it. */
const sourceId = (label: string) => (/^cell\d+$/.test(label) ? `${label}/out` : `feature/${label}`)

/** The graph of a search space: features → cells (inputs → inner nodes → output) → head. */
export function graphFromSpace(
  players: readonly Player[],
  features: readonly FeatureInfo[],
): ArchitectureGraph {
  const cells = [...new Set(players.map(({ cell }) => cell))].sort((a, b) => a - b)
  const parts = cells.map((cell) =>
    cellGraph(
      cell,
      players.filter((player) => player.cell === cell),
    ),
  )
  return {
    nodes: [
      ...features.map((feature): ArchitectureNode => ({
        id: `feature/${feature.id}`,
        kind: 'feature',
        feature,
      })),
      ...parts.flatMap(({ nodes }) => nodes),
      { id: 'head', kind: 'head' },
    ],
    edges: [
      ...parts.flatMap(({ edges }) => edges),
      ...cells.map((cell) => fixedEdge(`cell${cell}/out`, 'head')),
    ],
  }
}

function cellGraph(cell: number, players: readonly Player[]): ArchitectureGraph {
  const name = `cell${cell}`
  const inputs = `${name}/in`
  const output = `${name}/out`
  const nodes = [...new Set(players.flatMap(({ node }) => (node === undefined ? [] : [node])))].sort(
    (a, b) => a - b,
  )
  const outer = players.filter(({ kind }) => kind === 'edge')
  const inner = players.filter(({ kind }) => kind === 'inner-edge')
  return {
    nodes: [
      { id: inputs, kind: 'inputs', cell },
      ...nodes.map((node): ArchitectureNode => ({
        id: `${name}/node${node}`,
        kind: 'inner',
        cell,
        node,
        operations: players.filter((player) => player.kind === 'operation' && player.node === node),
      })),
      { id: output, kind: 'output', cell },
    ],
    edges: [
      ...outer.map((player) => ({
        id: player.id,
        source: sourceId(player.label),
        target: inputs,
        player,
        port: null,
      })),
      ...inner.map((player) => innerEdge(name, player)),
      ...nodes.map((node) => fixedEdge(`${name}/node${node}`, output)),
    ],
  }
}

function innerEdge(cell: string, player: Player): ArchitectureEdge {
  const { label } = player
  const port = label === 'x' || label === 'y' ? label : null
  const source = port ? `${cell}/in` : `${cell}/${label}`
  return { id: player.id, source, target: `${cell}/node${player.node}`, player, port }
}

const fixedEdge = (source: string, target: string): ArchitectureEdge => ({
  id: `${source}→${target}`,
  source,
  target,
  player: null,
  port: null,
})
