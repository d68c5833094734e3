import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { TableInspection } from '#contract/dataset/report.ts'
import { modalityNameFromColumn } from '#contract/dataset/modality-name.ts'
import { readTable } from './formats/table/read-table.ts'
import type { Table } from './formats/table/source.ts'
import type { ColumnValues } from './inspect/column-values.ts'
import { guessRoles, type RoleGuess } from './inspect/guess-roles.ts'

/** Rows that guesses are made from. */
const examinedRows = 20_000
/** Pictures that are looked for. */
const lookedFor = 20

/**
 * Reads ahead in a table: its columns with what they are most likely for.
 * Throws `file-not-found`, `file-unreadable`, `table-malformed`.
 */
export async function inspectTable(path: string): Promise<TableInspection> {
  const { source, bytes, table } = await readTable(path)
  const rows = table.rows.slice(0, examinedRows)
  const columns = table.columns.map((name) => valuesOf(name, rows))
  const guesses = guessRoles(columns)
  const taken: string[] = []
  const inspected = columns.map(async (column, at) => {
    const guess = guesses[at]!
    const modality = modalityNameFromColumn(column.name, taken)
    taken.push(modality)
    return {
      name: column.name,
      modality,
      ...guess,
      reason: await reasonOf(path, column, guess),
      examples: [...column.distinct].slice(0, 3).map((value) => cut(value, 80)),
      distinct: column.distinct.size,
      missing: column.missing,
    }
  })
  return {
    format: source.name,
    bytes,
    rows: table.rows.length,
    examined: rows.length,
    columns: await Promise.all(inspected),
  }
}

function valuesOf(name: string, rows: Table['rows']): ColumnValues {
  const cells = rows.map(({ cells }) => (cells.get(name) ?? '').trim())
  const values = cells.filter((cell) => cell !== '')
  const unreadable = rows.filter((row) => row.unreadable?.has(name)).length
  return { name, values, distinct: new Set(values), missing: cells.length - values.length, unreadable }
}

/** For pictures, whether they are where the table says. */
async function reasonOf(
  path: string,
  { distinct }: ColumnValues,
  { type, reason }: RoleGuess,
): Promise<string> {
  if (type !== 'image') return reason
  const folder = dirname(resolve(path))
  const sought = [...distinct].slice(0, lookedFor)
  const found = await Promise.all(
    sought.map((name) =>
      stat(resolve(folder, name)).then(
        (stats) => stats.isFile(),
        () => false,
      ),
    ),
  )
  return `${reason}; ${found.filter(Boolean).length} of the first ${sought.length} are there`
}

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text
