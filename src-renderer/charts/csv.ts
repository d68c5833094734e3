import { csvFromTable, type Table } from '#contract/table.ts'
import { saveFile } from './save-file.ts'

/** Hands a table to the user as a file. */
export const saveCsv = (name: string, table: Table): void =>
  saveFile(`${name}.csv`, new Blob([csvFromTable(table)], { type: 'text/csv' }))
