import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import { Problem } from '#contract/problem.ts'

interface TableRow {
  /** As a spreadsheet counts: 1 is the header of a CSV file, or the first line of JSON Lines. */
  readonly number: number
  readonly cells: ReadonlyMap<string, string>
  /** Why the row as a whole cannot be read. */
  readonly defect?: string
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
}

/** V8 holds no longer string. */
const maximumBytes = 512 * 1024 * 1024

/**
 * Reads a CSV file (comma, semicolon or tab; the header decides) or, when its name ends in `.jsonl` or `.ndjson`, JSON
 * Lines. Arrays in JSON Lines become cells in JSON notation. Blank lines are left out. Throws `file-not-found`,
 * `file-unreadable` and `table-malformed`; a single row that cannot be read gets a `defect` instead.
 */
export async function readTable(path: string): Promise<Table> {
  const text = await readText(path)
  if (text.trim() === '') throw new Problem('table-malformed', path, 'the file is empty')
  const lines = ['.jsonl', '.ndjson'].includes(extname(path).toLowerCase())
  const table = lines ? parseJsonLines(text) : parseCsv(path, text)
  if (table.rows.length === 0)
    throw new Problem('table-malformed', path, 'the table has no rows below its header')
  return table
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer
  try {
    const { size } = await stat(path)
    if (size > maximumBytes)
      throw new Problem('table-malformed', path, `the file is larger than ${maximumBytes} bytes`)
    bytes = await readFile(path)
  } catch (error) {
    if (error instanceof Problem) throw error
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new Problem(missing ? 'file-not-found' : 'file-unreadable', path, String(error), { cause: error })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Problem('table-malformed', path, 'the file is not UTF-8 text', { cause: error })
  }
}

function parseCsv(path: string, text: string): Table {
  const records = parseRecords(path, text)
  const header = records[0]!.map((name) => name.trim())
  const named = header.filter((name) => name !== '')
  const doubled = named.find((name, at) => named.indexOf(name) < at)
  if (doubled !== undefined) throw new Problem('table-malformed', path, `two columns are named ${doubled}`)
  const rows = records.slice(1).flatMap((record, at): TableRow[] => {
    if (record.length === 1 && record[0]!.trim() === '') return []
    const number = at + 2
    const cells = new Map(header.map((name, column) => [name, record[column] ?? '']))
    if (record.length === header.length) return [{ number, cells }]
    return [{ number, cells, defect: `it has ${record.length} cells, the header has ${header.length}` }]
  })
  return { columns: named, rows }
}

function parseRecords(path: string, text: string): string[][] {
  try {
    return parse(text, { delimiter: delimiterOf(text), relax_column_count: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new Problem('table-malformed', path, error.message, { cause: error })
  }
}

/** Whichever of the delimiters stands most often in the first line. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)![0]
  const countOf = (delimiter: string) => header.split(delimiter).length
  return [',', ';', '\t'].reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best))
}

function parseJsonLines(text: string): Table {
  const columns = new Set<string>()
  const rows = text.split('\n').flatMap((line, at): TableRow[] => {
    if (line.trim() === '') return []
    const row = parseJsonLine(line, at + 1)
    for (const name of row.cells.keys()) columns.add(name)
    return [row]
  })
  return { columns: [...columns], rows }
}

function parseJsonLine(line: string, number: number): TableRow {
  const cells = new Map<string, string>()
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return {
      number,
      cells,
      defect: `it is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { number, cells, defect: 'it is not a JSON object' }
  for (const [name, cell] of Object.entries(value)) {
    if (typeof cell === 'object' && cell !== null && !Array.isArray(cell))
      return { number, cells, defect: `${name} holds an object` }
    cells.set(name, cellText(cell))
  }
  return { number, cells }
}

function cellText(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
