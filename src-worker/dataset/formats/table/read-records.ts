import type { DatasetSpec } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import { splitNames } from '../../dataset.ts'
import type { SplitName } from '../../dataset.ts'
import type { Table } from './read-table.ts'
import type { Rejections } from './rejections.ts'

export type TableSpec = Extract<DatasetSpec, { kind: 'table' }>

/** One row: its label, where it belongs, and the cells of its modalities in the order of the specification. */
export interface TableRecord {
  readonly row: number
  readonly label: string
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

/** The rows as records, blanks around cells taken off; rows with empty cells or unknown splits are rejected and left out. */
export function readRecords(spec: TableSpec, table: Table, rejections: Rejections): TableRecord[] {
  return table.rows.flatMap(({ number, cells, defect }) => {
    const reject = (reason: string) => rejections.add(number, reason)
    const filled = (column: string) => {
      const cell = (cells.get(column) ?? '').trim()
      if (cell === '') reject(`${column} is empty`)
      return cell
    }
    if (defect !== undefined) {
      reject(defect)
      return []
    }
    const record = {
      row: number,
      label: filled(spec.label),
      group: spec.group === undefined ? undefined : filled(spec.group),
      split: spec.split === undefined ? undefined : readSplit(spec.split, filled(spec.split), reject),
      cells: Object.values(spec.modalities).map(({ column }) => filled(column)),
    }
    return rejections.has(number) ? [] : [record]
  })
}

function readSplit(column: string, cell: string, reject: (reason: string) => void): SplitName | undefined {
  const split = splitNames.find((name) => name === cell.toLowerCase())
  if (!split && cell !== '') reject(`${column} is ${JSON.stringify(cell)}, not train, validation or test`)
  return split
}
