import { decodeText } from '../decode-text.ts'
import { rowFromValues, type Table, type TableSource } from '../source.ts'

/** One JSON object a line. Arrays become cells in JSON notation; blank lines are left out. */
export const jsonLines: TableSource = {
  name: 'JSON Lines',
  extensions: ['.jsonl', '.ndjson'],
  matches: ({ extension }) => jsonLines.extensions.includes(extension),
  read(file) {
    const columns = new Set<string>()
    const rows = decodeText(file)
      .split('\n')
      .flatMap((line, at): Table['rows'][number][] => {
        if (line.trim() === '') return []
        const row = parseLine(line, at + 1)
        for (const name of row.cells.keys()) columns.add(name)
        return [row]
      })
    return { columns: [...columns], rows }
  },
}

function parseLine(line: string, number: number): Table['rows'][number] {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return { number, cells: new Map(), defect: `it is not JSON: ${(error as SyntaxError).message}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { number, cells: new Map(), defect: 'it is not a JSON object' }
  return rowFromValues(number, Object.entries(value))
}
