interface TableRow {
  /** As a spreadsheet counts: 1 is the header of a CSV file, or the first row where there is no header. */
  readonly number: number
  readonly cells: ReadonlyMap<string, string>
  /** Why cells cannot be read, by column. */
  readonly unreadable?: ReadonlyMap<string, string>
  /** Why the row as a whole cannot be read. */
  readonly defect?: string
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
}

export interface TableFile {
  readonly path: string
  /** In lower case, with its dot. */
  readonly extension: string
  readonly bytes: Uint8Array
}

/** A file format of tables. */
export interface TableSource {
  /** As people call it. */
  readonly name: string
  readonly extensions: readonly string[]
  /** Whether a file is of this format, by its first bytes or its name. */
  matches(file: TableFile): boolean
  /** Throws `table-malformed`; a single row or cell that cannot be read gets a reason instead. */
  read(file: TableFile): Table | Promise<Table>
}

/** Text of a value that a format with types of its own holds; throws RangeError on what is no cell. */
function cellText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'bigint':
      return String(value)
    case 'number':
    case 'boolean':
      return JSON.stringify(value)
    case 'undefined':
      return ''
    default:
      return objectText(value)
  }
}

function objectText(value: unknown): string {
  if (value === null) return ''
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) throw new RangeError('it holds bytes')
  if (ArrayBuffer.isView(value)) return JSON.stringify(Array.from(value as unknown as ArrayLike<number>))
  if (Array.isArray(value))
    return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? Number(part) : part))
  throw new RangeError('it holds an object')
}

/** A row of values by column; what is no cell becomes unreadable. */
export function rowFromValues(number: number, values: Iterable<readonly [string, unknown]>): TableRow {
  const cells = new Map<string, string>()
  const unreadable = new Map<string, string>()
  for (const [column, value] of values) {
    try {
      cells.set(column, cellText(value))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      cells.set(column, '')
      unreadable.set(column, error.message)
    }
  }
  return unreadable.size > 0 ? { number, cells, unreadable } : { number, cells }
}
