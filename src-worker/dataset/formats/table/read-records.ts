import type { SplitName, TableSpec, TaskName } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import { labelReadingOf } from './read-labels.ts'
import type { Rejections } from './rejections.ts'
import type { Table } from './source.ts'

/** One row: its labels, where it belongs, and the cells of its modalities in the order of the specification. */
export interface TableRecord {
  readonly row: number
  /** One, unless the task is multi-label; each once, in code-unit order. */
  readonly labels: readonly string[]
  readonly group: string | undefined
  readonly split: SplitName | undefined
  readonly cells: readonly string[]
}

/** Throws `column-missing` or `bad-configuration` unless every configured column exists and has one use. */
export function checkColumns(spec: TableSpec, table: Table): void {
  const uses = new Map<string, string>()
  const use = (column: string | undefined, what: string) => {
    if (column === undefined) return
    if (!table.columns.includes(column)) {
      const detail = `${what} is column ${column}; there are ${table.columns.join(', ')}`
      throw new Problem('column-missing', spec.path, detail)
    }
    const other = uses.get(column)
    if (other !== undefined)
      throw new Problem(
        'bad-configuration',
        'dataset',
        `column ${column} cannot be both ${other} and ${what}`,
      )
    uses.set(column, what)
  }
  use(spec.label, 'the label')
  use(spec.split, 'the split')
  use(spec.group, 'the group')
  for (const [name, { column }] of Object.entries(spec.modalities)) use(column, `modality ${name}`)
}

/**
 * The rows as records, blanks around cells taken off; rows with empty cells or unknown splits are rejected and left out. Of
 * a multi-label task the label may be empty.
 */
export function readRecords(
  spec: TableSpec,
  table: Table,
  rejections: Rejections,
): { task: TaskName; records: TableRecord[] } {
  const labels = labelReadingOf(spec, table)
  const records = table.rows.flatMap(({ number, cells, unreadable, defect }) => {
    const reject = (column: string | null, value: string | null, reason: string) =>
      rejections.add({ row: number, column, value, reason })
    if (defect !== undefined) {
      reject(null, null, defect)
      return []
    }
    const readable = (column: string) => {
      const fault = unreadable?.get(column)
      if (fault !== undefined) reject(column, null, fault)
      return fault === undefined ? (cells.get(column) ?? '').trim() : null
    }
    const filled = (column: string) => {
      const cell = readable(column)
      if (cell === '') reject(column, '', 'it is empty')
      return cell ?? ''
    }
    const labelsOf = (column: string) => {
      const cell = readable(column)
      try {
        return cell === null ? [] : labels.read(cell)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        reject(column, cell, error.message)
        return []
      }
    }
    const splitOf = (column: string) => {
      const cell = filled(column)
      const split = splitWords.get(cell.toLowerCase())
      if (!split && cell !== '') reject(column, cell, 'it is not train, validation or test')
      return split
    }
    const record = {
      row: number,
      labels: labelsOf(spec.label),
      group: spec.group === undefined ? undefined : filled(spec.group),
      split: spec.split === undefined ? undefined : splitOf(spec.split),
      cells: Object.values(spec.modalities).map(({ column }) => filled(column)),
    }
    return rejections.has(number) ? [] : [record]
  })
  return { task: labels.task, records }
}

/** What people call the splits. */
export const splitWords: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['validation', 'validation'],
  ['valid', 'validation'],
  ['val', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
])
