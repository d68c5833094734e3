import { CsvError, parse } from 'csv-parse/sync'
import { Problem } from '#contract/problem.ts'
import { decodeText } from '../decode-text.ts'
import type { Table, TableFile, TableSource } from '../source.ts'

/** Comma, semicolon or tab: the header decides. Blank lines are left out. */
export const csv: TableSource = {
  name: 'CSV',
  extensions: ['.csv', '.tsv', '.txt'],
  matches: () => true,
  read(file) {
    const records = parseRecords(file)
    const header = records[0]!.map((name) => name.trim())
    const named = header.filter((name) => name !== '')
    const doubled = named.find((name, at) => named.indexOf(name) < at)
    if (doubled !== undefined)
      throw new Problem('table-malformed', file.path, `two columns are named ${doubled}`)
    const rows = records.slice(1).flatMap((record, at): Table['rows'][number][] => {
      if (record.length === 1 && record[0]!.trim() === '') return []
      const number = at + 2
      const cells = new Map(header.map((name, column) => [name, record[column] ?? '']))
      if (record.length === header.length) return [{ number, cells }]
      return [{ number, cells, defect: `it has ${record.length} cells, the header has ${header.length}` }]
    })
    return { columns: named, rows }
  },
}

function parseRecords(file: TableFile): string[][] {
  const text = decodeText(file)
  try {
    return parse(text, { delimiter: delimiterOf(text), relax_column_count: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new Problem('table-malformed', file.path, error.message, { cause: error })
  }
}

/** Whichever of the delimiters stands most often in the first line. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)![0]
  const countOf = (delimiter: string) => header.split(delimiter).length
  return [',', ';', '\t'].reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best))
}
