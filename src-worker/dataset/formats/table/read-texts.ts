import { hashOf, storeNothing } from './column.ts'
import type { Cell, Column } from './column.ts'

export function readTexts(cells: readonly Cell[]): Column {
  const texts = cells.map(({ text }) => text)
  return { values: { type: 'text', texts }, contents: texts.map(hashOf), store: storeNothing }
}
