import { closeSync, openSync, readSync } from 'node:fs'
import { Problem } from '#contract/problem.ts'
import type { CachedFile } from '../dataset/cached-file.ts'

/** One feature of many samples, `[rows, size]`, wherever it is kept. */
export interface FeatureTable {
  readonly rows: number
  /** Numbers of one sample: length · channels. */
  readonly size: number
  /** The rows at `positions`, in their order: `[positions, size]`. */
  gather(positions: readonly number[]): Float32Array
}

/** A table whose numbers are in memory. */
export function tableInMemory(values: Float32Array, rows: number): FeatureTable {
  const size = values.length / rows
  return {
    rows,
    size,
    gather(positions) {
      const gathered = new Float32Array(positions.length * size)
      positions.forEach((row, i) => gathered.set(values.subarray(row * size, (row + 1) * size), i * size))
      return gathered
    },
  }
}

/**
 * A table of the numbers from `position` on, in bytes, of an entry of the cache; read row by row when they are asked
 * for, which leaves it to the operating system how much of the file is in memory.
 */
export function tableOnDisk(
  { path, start }: CachedFile,
  position: number,
  rows: number,
  size: number,
): FeatureTable {
  const first = start + position
  return {
    rows,
    size,
    gather: (positions) =>
      withFile(path, (file) => {
        const gathered = new Float32Array(positions.length * size)
        const bytes = new Uint8Array(gathered.buffer)
        const width = 4 * size
        positions.forEach((row, i) =>
          readAll(file, path, bytes.subarray(i * width, (i + 1) * width), first + row * width),
        )
        return gathered
      }),
  }
}

/** A table on the disk as a table in memory. */
export function loadTable(
  { path, start }: CachedFile,
  position: number,
  rows: number,
  size: number,
): FeatureTable {
  const values = new Float32Array(rows * size)
  withFile(path, (file) => readAll(file, path, new Uint8Array(values.buffer), start + position))
  return tableInMemory(values, rows)
}

/** The rows `kept` of a table as a table of their own. */
export const selectRows = ({ size, gather }: FeatureTable, kept: readonly number[]): FeatureTable => ({
  rows: kept.length,
  size,
  gather: (positions) => gather(positions.map((position) => kept[position])),
})

function withFile<T>(path: string, read: (file: number) => T): T {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw new Problem('file-unreadable', path, `a feature is no longer there: ${String(error)}`, {
      cause: error,
    })
  }
  try {
    return read(file)
  } finally {
    closeSync(file)
  }
}

/** More than this many bytes at once is refused by some systems. */
const mostAtOnce = 1 << 30

function readAll(file: number, path: string, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length;) {
    const read = readSync(file, target, done, Math.min(target.length - done, mostAtOnce), position + done)
    if (read === 0) throw new Problem('file-unreadable', path, 'features are missing at its end')
    done += read
  }
}
