import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Problem } from '#contract/problem.ts'
import type { Table, TableFile, TableSource } from './source.ts'
import { tableSources } from './sources/index.ts'

/** V8 holds no longer string. */
const maximumBytes = 512 * 1024 * 1024

export interface OpenTable {
  source: TableSource
  bytes: number
  table: Table
}

/**
 * Reads a table in whichever of the formats it is. Throws `file-not-found`, `file-unreadable` and `table-malformed`; a
 * row or cell that cannot be read carries its reason instead.
 */
export async function readTable(path: string): Promise<OpenTable> {
  const file: TableFile = { path, extension: extname(path).toLowerCase(), bytes: await readBytes(path) }
  if (file.bytes.length === 0) throw new Problem('table-malformed', path, 'the file is empty')
  const source = tableSources.find((each) => each.matches(file))!
  const table = await source.read(file)
  if (table.rows.length === 0)
    throw new Problem('table-malformed', path, 'the table has no rows below its header')
  return { source, bytes: file.bytes.length, table }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > maximumBytes)
      throw new Problem('table-malformed', path, `the file is larger than ${maximumBytes} bytes`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof Problem) throw error
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing) throw new Problem('file-not-found', path, 'there is no such file', { cause: error })
    throw new Problem('file-unreadable', path, error instanceof Error ? error.message : String(error), {
      cause: error,
    })
  }
}
