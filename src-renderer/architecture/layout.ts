import { graphlib, layout as runDagre } from '@dagrejs/dagre'
import type { Box, Point } from '#contract/drawing/box.ts'
import type { ArchitectureGraph, ArchitectureNode } from './graph.ts'

export interface Layout {
  /** By node id. */
  nodes: ReadonlyMap<string, Box>
  /** The frame of each cell. */
  frames: ReadonlyMap<number, Box>
  /** Points that an edge passes through, by edge id. */
  edges: ReadonlyMap<string, Point[]>
}

const sizes = {
  feature: { width: 78, height: 26 },
  inputs: { width: 26, height: 52 },
  output: { width: 30, height: 40 },
  head: { width: 58, height: 52 },
  folded: { width: 176, header: 24, row: 20, bottom: 6 },
  inner: { width: 156, header: 22, row: 22, bottom: 4 },
  frame: { side: 10, top: 26, bottom: 10 },
} as const

/**
 * Places the graph from left to right: first the inside of every cell, then features, cells (each as one box) and
 * head. It depends on the space alone, so that supernet and derived architecture stand in the same places.
 * Takes 10 to 30 ms for the spaces of the presets, about 0.1 s for the largest that can be set, once a space or folding.
 */
export function layoutArchitecture(graph: ArchitectureGraph): Layout {
  const cells = [...new Set(graph.nodes.flatMap((node) => ('cell' in node ? [node.cell] : [])))]
  const inside = new Map(cells.map((cell) => [cell, layoutCell(graph, cell)]))
  const outer = layoutOutside(graph, inside)
  const nodes = new Map<string, Box>()
  const edges = new Map<string, Point[]>(outer.edges)
  const frames = new Map<number, Box>()
  for (const node of graph.nodes) {
    if (!('cell' in node)) nodes.set(node.id, outer.boxes.get(node.id)!)
  }
  for (const [cell, part] of inside) {
    const frame = outer.boxes.get(`cell${cell}`)!
    const origin = { x: frame.x + sizes.frame.side, y: frame.y + sizes.frame.top }
    frames.set(cell, frame)
    for (const [id, box] of part.boxes) nodes.set(id, { ...box, x: box.x + origin.x, y: box.y + origin.y })
    for (const [id, points] of part.edges)
      edges.set(
        id,
        points.map((p) => ({ x: p.x + origin.x, y: p.y + origin.y })),
      )
  }
  return { nodes, frames, edges }
}

interface Part {
  boxes: Map<string, Box>
  edges: Map<string, Point[]>
  width: number
  height: number
}

/** The inside of a cell, its upper left corner at (0, 0). */
function layoutCell(graph: ArchitectureGraph, cell: number): Part {
  const nodes = graph.nodes.filter((node) => 'cell' in node && node.cell === cell)
  const ids = new Set(nodes.map(({ id }) => id))
  return layoutPart(
    nodes.map((node) => ({ id: node.id, ...sizeOf(node) })),
    graph.edges.filter(({ source, target }) => ids.has(source) && ids.has(target)),
    { ranksep: 18, nodesep: 16 },
  )
}

/** Features, cells as boxes, and head. */
function layoutOutside(graph: ArchitectureGraph, inside: ReadonlyMap<number, Part>): Part {
  const plain = graph.nodes.filter((node) => !('cell' in node))
  const cellOf = new Map(
    graph.nodes.flatMap((node) => ('cell' in node ? [[node.id, `cell${node.cell}`] as const] : [])),
  )
  const boxes = [
    ...plain.map((node) => ({ id: node.id, ...sizeOf(node) })),
    ...[...inside].map(([cell, { width, height }]) => ({
      id: `cell${cell}`,
      width: width + 2 * sizes.frame.side,
      height: height + sizes.frame.top + sizes.frame.bottom,
    })),
  ]
  const edges = graph.edges
    .map((edge) => ({
      ...edge,
      source: cellOf.get(edge.source) ?? edge.source,
      target: cellOf.get(edge.target) ?? edge.target,
    }))
    .filter(({ source, target }) => source !== target)
  return layoutPart(boxes, edges, { ranksep: 34, nodesep: 8 })
}

function layoutPart(
  boxes: readonly { id: string; width: number; height: number }[],
  edges: readonly { id: string; source: string; target: string }[],
  { ranksep, nodesep }: { ranksep: number; nodesep: number },
): Part {
  const graph = new graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', ranksep, nodesep, edgesep: 7 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height })
  for (const { id, source, target } of edges) graph.setEdge(source, target, {}, id)
  runDagre(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    boxes: new Map(
      boxes.map(({ id, width, height }) => {
        const { x, y } = graph.node(id)
        return [id, { x: x - width / 2, y: y - height / 2, width, height }]
      }),
    ),
    edges: new Map(edges.map(({ id, source, target }) => [id, graph.edge(source, target, id).points ?? []])),
  }
}

function sizeOf(node: ArchitectureNode): { width: number; height: number } {
  if (node.kind !== 'inner' && node.kind !== 'folded') return sizes[node.kind]
  const { width, header, row, bottom } = sizes[node.kind]
  const rows = node.kind === 'inner' ? node.operations : node.nodes
  return { width, height: header + row * rows.length + bottom }
}

/** The box of one operation's row inside its inner node. */
export function operationBox(inner: Box, index: number): Box {
  const { header, row } = sizes.inner
  return { x: inner.x, y: inner.y + header + index * row, width: inner.width, height: row }
}

/** The size of the whole drawing; it begins at (0, 0). */
export function extentOf({ nodes, frames, edges }: Layout): { width: number; height: number } {
  const boxes = [...nodes.values(), ...frames.values()]
  const points = [...edges.values()].flat()
  return {
    width: Math.max(0, ...boxes.map(({ x, width }) => x + width), ...points.map(({ x }) => x)),
    height: Math.max(0, ...boxes.map(({ y, height }) => y + height), ...points.map(({ y }) => y)),
  }
}

/**
 * A smooth path from `from` to `to` through the inner points of a route. Every piece leaves and arrives
 * horizontally, so that pieces join without a kink.
 */
export function pathThrough(from: Point, route: readonly Point[], to: Point): string {
  // The middle of a route between neighbouring ranks says nothing; a detour around cells has more points.
  const inner = route.length > 3 ? route.slice(1, -1) : []
  const between = inner.filter(({ x }) => x > from.x + 8 && x < to.x - 8)
  let path = `M${round(from.x)},${round(from.y)}`
  let last = from
  for (const point of [...between, to]) {
    const middle = round((last.x + point.x) / 2)
    path += ` C${middle},${round(last.y)} ${middle},${round(point.y)} ${round(point.x)},${round(point.y)}`
    last = point
  }
  return path
}

const round = (value: number) => Math.round(10 * value) / 10
