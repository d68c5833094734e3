import { sourceName } from '../words.ts'
import type { ConsensusDecision } from './consensus.ts'

/** Pixels of the drawing. */
const rowHeight = 20
const portHeight = 24
const frame = { width: 250, pad: 10, head: 24 }
const sourceWidth = 96
const gap = 76

export interface ConsensusRow {
  y: number
  /** A heading has no share. */
  kind: 'head' | 'inner-edge' | 'operation'
  label: string
  count: number
  share: number
  agreement: number | null
}

interface ConsensusCell {
  cell: number
  x: number
  y: number
  width: number
  height: number
  rows: ConsensusRow[]
  agreement: number | null
}

interface ConsensusLink {
  id: string
  label: string
  count: number
  runs: number
  share: number
  path: string
  /** Where the share is written. */
  at: { x: number; y: number }
}

export interface ConsensusDrawing {
  width: number
  height: number
  sources: { label: string; x: number; y: number }[]
  cells: ConsensusCell[]
  links: ConsensusLink[]
}

/**
 * One architecture out of many: features to the left, cells in steps to the right and down, so that a line to a later
 * cell passes below the earlier ones.
 */
export function layoutConsensus(decisions: readonly ConsensusDecision[]): ConsensusDrawing {
  const cells = placeCells(decisions)
  const inputs = decisions.filter(({ kind }) => kind === 'edge')
  const features = [...new Set(inputs.flatMap(({ choices }) => choices.map(({ label }) => label)))]
    .filter((label) => !cellNumber(label))
    .sort()
  const sources = features.map((label, i) => ({ label, x: sourceWidth, y: 16 + i * 26 }))
  const bottom = (cell: ConsensusCell) => cell.y + cell.height
  return {
    width: Math.max(...cells.map(({ x, width }) => x + width)) + 12,
    height: Math.max(sources.length * 26 + 8, ...cells.map(bottom)) + 8,
    sources,
    cells,
    links: inputs.flatMap((decision) => linksInto(decision, cells, sources)),
  }
}

const cellNumber = (source: string): string | undefined => /^cell(\d+)$/.exec(source)?.[1]

function placeCells(decisions: readonly ConsensusDecision[]): ConsensusCell[] {
  const numbers = [...new Set(decisions.map(({ cell }) => cell))]
  let y = 8
  return numbers.map((cell, i) => {
    const own = decisions.filter((decision) => decision.cell === cell)
    const rows = rowsOf(own.filter(({ kind }) => kind !== 'edge'))
    const edges = own.find(({ kind }) => kind === 'edge')
    const height = Math.max(frame.head + rows.length * rowHeight + frame.pad, portsHeight(edges))
    const placed = {
      cell,
      rows,
      height,
      y,
      x: sourceWidth + gap + i * (frame.width + gap),
      width: frame.width,
      agreement: edges?.agreement ?? null,
    }
    y += height + 28
    return placed
  })
}

const portsHeight = (edges?: ConsensusDecision) => 2 * frame.pad + (edges?.choices.length ?? 0) * portHeight

/** Node by node: its inputs and its operation; inputs of which every run chose all stand in one line. */
function rowsOf(decisions: readonly ConsensusDecision[]): ConsensusRow[] {
  return decisions
    .flatMap(({ kind, node, agreement, choices }): Omit<ConsensusRow, 'y'>[] => {
      const firm = kind === 'inner-edge' && choices.every(({ share }) => share === 1)
      const named = firm ? `: ${choices.map(({ label }) => sourceName(label)).join(', ')}` : ''
      const label = `node ${node}, ${kind === 'operation' ? 'operation' : 'inputs'}${named}`
      const head = { kind: 'head' as const, label, count: 0, share: 0, agreement }
      if (firm || kind === 'edge') return [head]
      return [head, ...choices.map((choice) => ({ ...choice, kind, agreement: null }))]
    })
    .map((row, i) => ({ ...row, y: frame.head + i * rowHeight }))
}

/** Curves stay within the gap to the right of their source; then they run level below the cells before their own. */
function linksInto(
  decision: ConsensusDecision,
  cells: readonly ConsensusCell[],
  sources: ConsensusDrawing['sources'],
): ConsensusLink[] {
  const target = cells.find(({ cell }) => cell === decision.cell)!
  const startOf = (label: string) => {
    const from = cells.find(({ cell }) => String(cell) === cellNumber(label))
    if (from) return { x: from.x + from.width, y: from.y + from.height / 2 }
    const source = sources.find((one) => one.label === label)!
    return { x: source.x + 4, y: source.y }
  }
  const ordered = decision.choices.toSorted((a, b) => startOf(a.label).y - startOf(b.label).y)
  return ordered.map(({ label, count, share }, i) => {
    const from = startOf(label)
    const y = target.y + frame.pad + 10 + i * portHeight
    const turn = from.x + gap - 18
    const middle = (from.x + turn) / 2
    return {
      label,
      count,
      share,
      id: `${decision.decision}/${label}`,
      runs: decision.runs,
      path: `M${from.x} ${from.y} C${middle} ${from.y} ${middle} ${y} ${turn} ${y} L${target.x} ${y}`,
      at: { x: target.x - 6, y },
    }
  })
}
