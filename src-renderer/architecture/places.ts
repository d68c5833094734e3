import type { Box } from '#contract/drawing/box.ts'
import type { Valuation } from '../run/contributions/valuation.ts'
import type { ArchitectureGraph, ArchitectureNode } from './graph.ts'
import { operationBox, type Layout } from './layout.ts'
import type { ArchitectureView } from './looks.ts'
import type { Place } from './walk.ts'

/** Everything in the drawing that can be selected, with its centre; in the derived architecture its own parts only. */
export function placesOf(
  graph: ArchitectureGraph,
  layout: Layout,
  valuation: Valuation | null,
  view: ArchitectureView,
): Place[] {
  const chosen = view === 'derived' && valuation ? chosenParts(valuation) : null
  return graph.nodes
    .flatMap((node) => placesOfNode(node, layout.nodes.get(node.id)!))
    .filter(({ id }) => chosen === null || chosen.has(id) || /^cell\d+(\/(in|out))?$|^head$/.test(id))
}

function placesOfNode(node: ArchitectureNode, box: Box): Place[] {
  if (node.kind !== 'inner') return [placeOf(node.id, box)]
  return node.operations.map((player, i) => placeOf(player.id, operationBox(box, i)))
}

const placeOf = (id: string, { x, y, width, height }: Box): Place => ({
  id,
  x: x + width / 2,
  y: y + height / 2,
})

/** Ids of the features and operations that the genotype uses. */
export function chosenParts({ rows }: Valuation): Set<string> {
  const chosen = rows.filter((row) => row.chosen)
  return new Set(chosen.map(({ player }) => (player.kind === 'edge' ? `feature/${player.label}` : player.id)))
}
