import type { Box, Point } from '#contract/drawing/box.ts'
import { contributionStroke, plainColours, type Scheme } from '#contract/drawing/palette.ts'
import type { Valuation } from '../run/contributions/valuation.ts'
import type { ArchitectureEdge, ArchitectureGraph } from './graph.ts'
import { pathThrough, type Layout } from './layout.ts'

export type ArchitectureView = 'supernet' | 'derived'

/** How one edge is drawn. */
export interface EdgeLook {
  path: string
  colour: string
  width: number
  opacity: number
}

/**
 * Every edge's route, its colour by φ, its width by its weight in the supernet. The derived architecture hides what
 * was not chosen, and its edges end at the input (x or y) that they feed.
 */
export function edgeLooks(
  graph: ArchitectureGraph,
  layout: Layout,
  valuation: Valuation | null,
  view: ArchitectureView,
  scheme: Scheme,
): Map<string, EdgeLook> {
  const rows = new Map(valuation?.rows.map((row) => [row.player.id, row]))
  return new Map(
    graph.edges.map((edge) => {
      const row = edge.player ? rows.get(edge.player.id) : undefined
      const phi = row?.contribution?.phi ?? 0
      const visible = view === 'supernet' || edge.player === null || row?.chosen === true
      return [
        edge.id,
        {
          path: edgePath(edge, layout, view === 'derived' ? derivedPort(edge, valuation) : null),
          colour: row?.contribution
            ? contributionStroke(phi, valuation!.limit, scheme)
            : plainColours(scheme).axis,
          width: row?.weight === undefined || row.weight === null ? 2 : 0.5 + 4 * row.weight,
          opacity: visible ? 1 : 0,
        },
      ]
    }),
  )
}

/** The input of a cell that a chosen edge feeds: the genotype's pair is ordered. */
function derivedPort(edge: ArchitectureEdge, valuation: Valuation | null): 'x' | 'y' | null {
  if (edge.player?.kind !== 'edge') return null
  const inputs = valuation?.genotype.cells[edge.player.cell]?.inputs
  if (inputs?.[0] === edge.player.label) return 'x'
  return inputs?.[1] === edge.player.label ? 'y' : null
}

function edgePath(edge: ArchitectureEdge, layout: Layout, arrival: 'x' | 'y' | null): string {
  const from = sideOf(layout.nodes.get(edge.source)!, 'right', edge.port)
  const to = sideOf(layout.nodes.get(edge.target)!, 'left', arrival)
  return pathThrough(from, layout.edges.get(edge.id)!, to)
}

/** The middle of a box's side, or of its upper (x) or lower (y) half. */
function sideOf({ x, y, width, height }: Box, side: 'left' | 'right', port: 'x' | 'y' | null): Point {
  const share = port === 'x' ? 0.25 : port === 'y' ? 0.75 : 0.5
  return { x: side === 'left' ? x : x + width, y: y + share * height }
}
