import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { Problem } from '#contract/problem.ts'
import { rowFromValues, type TableFile, type TableSource } from '../source.ts'

/** What every Parquet file begins and ends with. */
const signature = Buffer.from('PAR1')

/** Snappy is built into the reader; these come with Node. */
const compressors = {
  GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)),
  BROTLI: (input: Uint8Array) => new Uint8Array(brotliDecompressSync(input)),
  ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)),
}

/** Apache Parquet. Lists of numbers are vectors; columns of bytes or structures cannot be used. Rows count from 1. */
export const parquet: TableSource = {
  name: 'Parquet',
  extensions: ['.parquet', '.pq'],
  matches: ({ bytes, extension }) =>
    signature.equals(bytes.subarray(0, signature.length)) || parquet.extensions.includes(extension),
  async read(file) {
    try {
      return await readAll(file)
    } catch (error) {
      const detail = `it is no Parquet file that can be read: ${(error as Error).message}`
      throw new Problem('table-malformed', file.path, detail, { cause: error })
    }
  },
}

async function readAll({ bytes }: TableFile) {
  const content = new Uint8Array(bytes).buffer
  const metadata = parquetMetadata(content)
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name)
  const objects = await parquetReadObjects({ file: content, metadata, compressors })
  const rows = objects.map((values, at) =>
    rowFromValues(
      at + 1,
      columns.map((column) => [column, values[column]] as const),
    ),
  )
  return { columns, rows }
}
