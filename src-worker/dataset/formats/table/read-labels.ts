import type { TableSpec, TaskName } from '#contract/dataset.ts'
import type { Table } from './source.ts'

/** How the cells of the label column are read. */
export interface LabelReading {
  readonly task: TaskName
  /** The labels of a cell, each once, in code-unit order; throws RangeError with the reason where it is none. */
  read(cell: string): string[]
}

/**
 * The task is multi-label when the specification names a separator, or when half of the filled cells or more are lists in
 * JSON notation, as those of JSON Lines and Parquet are. Then an empty cell is a sample without labels.
 */
export function labelReadingOf({ label, labelSeparator }: TableSpec, { rows }: Table): LabelReading {
  if (labelSeparator !== undefined)
    return { task: 'multi-label', read: (cell) => labelsOf(cell.split(labelSeparator)) }
  const cells = rows.flatMap(({ cells }) => cells.get(label)?.trim() || [])
  const lists = cells.filter((cell) => parseLabelList(cell) !== undefined).length
  return cells.length > 0 && lists >= cells.length / 2 ? ofLists : ofOne
}

const ofOne: LabelReading = {
  task: 'single-label',
  read(cell) {
    if (cell === '') throw new RangeError('it is empty')
    return [cell]
  },
}

const ofLists: LabelReading = {
  task: 'multi-label',
  read(cell) {
    const labels = cell === '' ? [] : parseLabelList(cell)
    if (!labels) throw new RangeError('it is no list of labels, most cells of the column are')
    return labelsOf(labels)
  },
}

/** `["red", "round"]` or `[3, 7]` as texts; undefined for anything else. */
export function parseLabelList(cell: string): string[] | undefined {
  if (!cell.startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(cell)
    const isLabel = (part: unknown) => ['string', 'number', 'boolean'].includes(typeof part)
    return Array.isArray(list) && list.every(isLabel) ? list.map(String) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** What stands between separators, without blanks around it; nothing is no label. */
const labelsOf = (parts: readonly string[]): string[] =>
  [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))].sort()
