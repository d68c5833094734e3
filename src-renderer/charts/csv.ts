import { csvFromTable, type Table } from '#contract/table.ts'

/** Hands a table to the user as a file. */
export function saveCsv(name: string, table: Table): void {
  const address = URL.createObjectURL(new Blob([csvFromTable(table)], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.csv`
  link.click()
  URL.revokeObjectURL(address)
}
