import type { TableSource } from '../source.ts'
import { csv } from './csv.ts'
import { jsonLines } from './json-lines.ts'
import { parquet } from './parquet.ts'

/** All file formats of tables; the first that matches reads a file. CSV, which has no signature, comes last. */
export const tableSources: readonly TableSource[] = [parquet, jsonLines, csv]
