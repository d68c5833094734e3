import { operationName, sourceName } from '../words.ts'
import type { ValuationRow } from './contributions/valuation.ts'

/** A choice within its decision: `sparse GLU`, `image.3`, `cell 0`, `x`. */
export function choiceLabel({ player }: Pick<ValuationRow, 'player'>): string {
  return player.kind === 'operation' ? operationName(player.label) : sourceName(player.label)
}

/** Where a choice belongs: `in cell 0`, `into cell 1`; the node is named where a cell has several. */
export function choiceContext({ player }: Pick<ValuationRow, 'player'>): string {
  const node = player.node === undefined || player.node === 0 ? '' : `, node ${player.node}`
  if (player.kind === 'edge') return `into cell ${player.cell}`
  return player.kind === 'operation'
    ? `cell ${player.cell}${node}`
    : `into node ${player.node}, cell ${player.cell}`
}
