import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { readEntry, storeEntry } from '../../cache.ts'
import { channels } from '../../dataset.ts'
import { decodeImage, imageDecoder, imageDecoding } from '../../decode-image.ts'
import { mapLimited } from '../../map-limited.ts'
import type { LoadOptions } from '../../format.ts'
import { hashOf, storeNothing } from './column.ts'
import type { Cell, Column } from './column.ts'

/** Open files at a time. */
const lanes = 16

export interface ImageOptions extends LoadOptions {
  /** Relative paths in cells begin here. */
  folder: string
  /** Pixels a side. */
  size: number
}

/** Cells that hold no picture, by index, and why. */
const failures = z.array(z.tuple([z.int(), z.string()]))

interface Decoded {
  failures: z.infer<typeof failures>
  /** [cell, size, size, 3] */
  pixels: Uint8Array
}

/** Cells are paths. Files whose contents were decoded before come from the cache. */
export async function readImages(cells: readonly Cell[], options: ImageOptions): Promise<Column> {
  const { folder, size, cacheFolder, signal, onProgress } = options
  const read = ({ text }: Cell) => readFile(resolve(folder, text))
  const stepOf = (from: number, doing: string) => (index: number) => {
    signal?.throwIfAborted()
    if (index % 64 === 0) onProgress?.(from + index / cells.length / 2, doing)
  }
  const reading = stepOf(0, 'reading pictures')
  const contents = await mapLimited(cells, lanes, async (cell, index) => {
    reading(index)
    try {
      return hashOf(await read(cell))
    } catch (error) {
      cell.reject(`the picture cannot be read: ${fileFault(error)}`)
      return ''
    }
  })
  const columnOf = ({ failures, pixels }: Decoded, store: Column['store']): Column => {
    for (const [index, reason] of failures) cells[index]!.reject(`the picture cannot be decoded: ${reason}`)
    return { values: { type: 'image', data: pixels, height: size, width: size }, contents, store }
  }
  const entry = `pictures-${hashOf([imageDecoder, imageDecoding, String(size), ...contents].join('\n')).slice(0, 32)}`
  const kept = await readEntry(cacheFolder, entry)
  if (kept) return columnOf(unpack(kept), storeNothing)

  const decoded: Decoded = { failures: [], pixels: new Uint8Array(cells.length * size * size * channels) }
  const decoding = stepOf(0.5, 'decoding pictures')
  await mapLimited(cells, lanes, async (cell, index) => {
    decoding(index)
    if (contents[index] === '') return
    try {
      decoded.pixels.set(await decodeImage(await read(cell), size), index * size * size * channels)
    } catch (error) {
      decoded.failures.push([index, firstLine(error)])
    }
  })
  return columnOf(decoded, () => storeEntry(cacheFolder, entry, pack(decoded)))
}

/** One line of JSON, then the pixels. */
function pack({ failures, pixels }: Decoded): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(failures)}\n`), pixels])
}

function unpack(payload: Uint8Array): Decoded {
  const end = payload.indexOf(0x0a)
  const text = Buffer.from(payload.buffer, payload.byteOffset, end).toString('utf8')
  return { failures: failures.parse(JSON.parse(text)), pixels: payload.subarray(end + 1) }
}

/** Why a file cannot be read, without its path, which stands beside it. */
function fileFault(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES' || code === 'EPERM') return 'you may not read it'
  return code ?? firstLine(error)
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
