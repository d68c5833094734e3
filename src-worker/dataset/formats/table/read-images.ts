import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readEntry, storeEntry } from '../../cache.ts'
import { channels } from '../../dataset.ts'
import { decodeImage, imageDecoder, imageDecoding } from '../../decode-image.ts'
import { mapLimited } from '../../map-limited.ts'
import { hashOf, storeNothing } from './column.ts'
import type { Cell, Column } from './column.ts'

/** Open files at a time. */
const lanes = 16

export interface ImageOptions {
  /** Relative paths in cells begin here. */
  folder: string
  /** Pixels a side. */
  size: number
  cacheFolder: string
}

/** Cells are paths. Files whose contents were decoded before come from the cache. */
export async function readImages(cells: readonly Cell[], options: ImageOptions): Promise<Column> {
  const { folder, size, cacheFolder } = options
  const read = ({ text }: Cell) => readFile(resolve(folder, text))
  const contents = await mapLimited(cells, lanes, async (cell) => {
    try {
      return hashOf(await read(cell))
    } catch (error) {
      cell.reject(`the image ${cell.text} cannot be read (${firstLine(error)})`)
      return ''
    }
  })
  const columnOf = (data: Uint8Array, store: Column['store']): Column => {
    return { values: { type: 'image', data, height: size, width: size }, contents, store }
  }
  const entry = `images-${hashOf([imageDecoder, imageDecoding, String(size), ...contents].join('\n')).slice(0, 32)}`
  const kept = await readEntry(cacheFolder, entry)
  if (kept) return columnOf(kept, storeNothing)

  const pixels = new Uint8Array(cells.length * size * size * channels)
  await mapLimited(cells, lanes, async (cell, index) => {
    if (contents[index] === '') return
    try {
      pixels.set(await decodeImage(await read(cell), size), index * size * size * channels)
    } catch (error) {
      cell.reject(`the image ${cell.text} cannot be decoded (${firstLine(error)})`)
    }
  })
  return columnOf(pixels, () => storeEntry(cacheFolder, entry, pixels))
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
