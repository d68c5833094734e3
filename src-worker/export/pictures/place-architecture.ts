import type { Box, Point } from '#contract/drawing/box.ts'
import type { Genotype } from '#contract/genotype.ts'

export interface ArchitecturePlaces {
  width: number
  height: number
  features: { id: string; box: Box }[]
  cells: { frame: Box; inputs: Box; nodes: Box[]; output: Box }[]
  head: Box
}

const sizes = {
  feature: { width: 104, height: 26, gap: 12 },
  port: { width: 26, height: 52 },
  node: { width: 164, height: 46 },
  output: { width: 34, height: 40 },
  head: { width: 70, height: 46 },
} as const
/** Room in which lines change their height. */
const turn = 84
const innerTurn = 52
const frame = { side: 12, top: 28, bottom: 14 } as const
const rowGap = 16

/**
 * Places of a derived architecture, left to right. Cells, and the nodes inside a cell, go down like stairs, so that a line
 * that runs along its target's row meets nothing on its way. Features are in the order given.
 */
export function placeArchitecture(genotype: Genotype, features: readonly string[]): ArchitecturePlaces {
  const cells: ArchitecturePlaces['cells'] = []
  const { feature } = sizes
  let x = feature.width + turn
  let y = 0
  for (const { nodes } of genotype.cells) {
    const cell = placeCell({ x, y }, nodes.length)
    cells.push(cell)
    x += cell.frame.width + turn
    y += cell.frame.height + rowGap
  }
  const cellsHeight = y - rowGap
  const featuresHeight = features.length * (feature.height + feature.gap) - feature.gap
  const height = Math.max(cellsHeight, featuresHeight)
  const top = Math.max(0, (cellsHeight - featuresHeight) / 2)
  const headBox = { ...sizes.head, x, y: (height - sizes.head.height) / 2 }
  return {
    width: x + sizes.head.width,
    height,
    cells,
    head: headBox,
    features: features.map((id, i) => ({
      id,
      box: {
        x: 0,
        y: top + i * (feature.height + feature.gap),
        width: feature.width,
        height: feature.height,
      },
    })),
  }
}

function placeCell({ x, y }: Point, count: number): ArchitecturePlaces['cells'][0] {
  const { port, node, output } = sizes
  const left = x + frame.side
  const top = y + frame.top
  const inner = count * node.height + (count - 1) * rowGap
  const height = Math.max(inner, port.height)
  const nodes = Array.from({ length: count }, (_, j) => ({
    ...node,
    x: left + port.width + innerTurn + j * (node.width + innerTurn),
    y: top + (height - inner) / 2 + j * (node.height + rowGap),
  }))
  const right = left + port.width + innerTurn + count * (node.width + innerTurn)
  return {
    frame: {
      x,
      y,
      width: right + output.width + frame.side - x,
      height: frame.top + height + frame.bottom,
    },
    inputs: { ...port, x: left, y: top + (height - port.height) / 2 },
    nodes,
    output: { ...output, x: right, y: top + (height - output.height) / 2 },
  }
}

/** The middle of a box's side, or of a part of it: 0 at its top, 1 at its bottom. */
export const sideOf = (box: Box, side: 'left' | 'right', share = 0.5): Point => ({
  x: side === 'left' ? box.x : box.x + box.width,
  y: box.y + share * box.height,
})

/** A line that changes its height at its beginning (`early`) or at its end, within the room between two columns. */
export function route(from: Point, to: Point, bend: 'early' | 'late', room: number): string {
  const reach = Math.min(room, to.x - from.x)
  const at = bend === 'early' ? from.x + reach : to.x - reach
  const start = bend === 'early' ? from.x : at
  const end = bend === 'early' ? at : to.x
  const middle = (start + end) / 2
  const curve = `C${round(middle)},${round(from.y)} ${round(middle)},${round(to.y)} ${round(end)},${round(to.y)}`
  return bend === 'early'
    ? `M${round(from.x)},${round(from.y)} ${curve} H${round(to.x)}`
    : `M${round(from.x)},${round(from.y)} H${round(start)} ${curve}`
}

const round = (value: number) => Math.round(10 * value) / 10

/** Rooms of routes, for those who draw them. */
export const rooms = { between: turn - 14, inside: innerTurn - 8 } as const
