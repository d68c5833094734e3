import type { FeatureInfo } from '#contract/run/events.ts'
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
  /** A whole cell as one box, with its inner nodes' operations. */
  | { id: string; kind: 'folded'; index: number; nodes: Player[][] }
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

/** Spaces with more features and operations than this begin with their cells folded. */
const mostUnfolded = 120
/** More parts or edges than this are listed: no drawing of them can be read, and its layout would take seconds. */
const mostDrawn = 300

/** The cells that are folded unless the reader wants otherwise: all of a large space, none of a small one. */
export function foldedAtFirst(players: readonly Player[], features: readonly FeatureInfo[]): number[] {
  const operations = players.filter(({ kind }) => kind === 'operation').length
  return operations + features.length > mostUnfolded ? [...new Set(players.map(({ cell }) => cell))] : []
}

/** Everything in a graph that can be pointed at: an inner node counts by its operations. */
export const countParts = ({ nodes }: ArchitectureGraph): number =>
  nodes.reduce((sum, node) => sum + (node.kind === 'inner' ? node.operations.length : 1), 0)

export const isDrawable = (graph: ArchitectureGraph): boolean =>
  countParts(graph) <= mostDrawn && graph.edges.length <= mostDrawn

/**
 * The graph of a search space: features → cells (inputs → inner nodes → output) → head. A folded cell is one node that
 * all edges into and out of it lead to.
 */
export function graphFromSpace(
  players: readonly Player[],
  features: readonly FeatureInfo[],
  folded: ReadonlySet<number> = new Set(),
): ArchitectureGraph {
  const cells = [...new Set(players.map(({ cell }) => cell))].sort((a, b) => a - b)
  const parts = cells.map((cell) => {
    const members = players.filter((player) => player.cell === cell)
    return folded.has(cell) ? foldedGraph(cell, members) : cellGraph(cell, members)
  })
  const endOf = (id: string) => {
    const [, cell] = /^cell(\d+)\/(?:in|out)$/.exec(id) ?? []
    return cell !== undefined && folded.has(Number(cell)) ? `cell${cell}` : id
  }
  const edges = [
    ...parts.flatMap((part) => part.edges),
    ...cells.map((cell) => fixedEdge(`cell${cell}/out`, 'head')),
  ]
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
    edges: edges.map((edge) => ({ ...edge, source: endOf(edge.source), target: endOf(edge.target) })),
  }
}

function foldedGraph(cell: number, players: readonly Player[]): ArchitectureGraph {
  const operations = players.filter(({ kind }) => kind === 'operation')
  const nodes = [...Map.groupBy(operations, ({ node }) => node).values()]
  return {
    nodes: [{ id: `cell${cell}`, kind: 'folded', index: cell, nodes }],
    edges: outerEdges(cell, players),
  }
}

const outerEdges = (cell: number, players: readonly Player[]): ArchitectureEdge[] =>
  players
    .filter(({ kind }) => kind === 'edge')
    .map((player) => ({
      id: player.id,
      source: sourceId(player.label),
      target: `cell${cell}/in`,
      player,
      port: null,
    }))

function cellGraph(cell: number, players: readonly Player[]): ArchitectureGraph {
  const name = `cell${cell}`
  const inputs = `${name}/in`
  const output = `${name}/out`
  const nodes = [...new Set(players.flatMap(({ node }) => (node === undefined ? [] : [node])))].sort(
    (a, b) => a - b,
  )
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
      ...outerEdges(cell, players),
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
