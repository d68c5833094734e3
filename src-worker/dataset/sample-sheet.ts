import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { SplitName } from '#contract/dataset.ts'
import {
  sheetFiles,
  sheetPageSize,
  thumbnailSize,
  type SheetIndex,
  type SheetSample,
} from '#contract/dataset/sample-sheet.ts'
import { asDataFolderProblem, syncFolder, writeDurably } from '../run-directory/atomic-file.ts'
import { encodeJson, encodeJsonLine } from '../run-directory/json.ts'
import { unfinishedPrefix } from '../run-directory/layout.ts'
import { channels, type Dataset, type ModalityValues } from './dataset.ts'
import { mapLimited } from './map-limited.ts'

/** Samples that are kept for looking at; more of them nobody pages through. */
const mostSamples = 20_000
const longestText = 500
const mostElements = 16

/** Test first: it is what runs predict. */
const order = ['test', 'validation', 'train'] as const satisfies readonly SplitName[]

export interface SheetOptions {
  /** Samples that are kept at most. */
  limit?: number
  signal?: AbortSignal
  onProgress?: (done: number, doing: string) => void
}

/**
 * Writes the sample sheet of a dataset as `<folder>/<hash>/`, unless it is there: small pictures, the beginnings of texts and
 * vectors, of the first samples of every split. It is there whole or not at all. Throws `data-folder-unwritable`.
 */
export async function writeSampleSheet(
  folder: string,
  dataset: Dataset,
  options: SheetOptions = {},
): Promise<void> {
  const place = join(folder, dataset.hash)
  const isThere = () => existsSync(join(place, sheetFiles.index))
  if (isThere()) return
  const unfinished = join(folder, `${unfinishedPrefix}${dataset.hash.slice(0, 16)}-${randomUUID()}`)
  asDataFolderProblem(unfinished, () => mkdirSync(unfinished, { recursive: true }))
  try {
    await fillSheet(unfinished, dataset, options)
    asDataFolderProblem(place, () => {
      syncFolder(unfinished)
      // another run may have written the same meanwhile, and somebody may look at it already
      if (isThere()) return
      // what lies there without an index is no sheet
      rmSync(place, { recursive: true, force: true })
      renameSync(unfinished, place)
      syncFolder(folder)
    })
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

async function fillSheet(folder: string, dataset: Dataset, options: SheetOptions): Promise<void> {
  const { limit = mostSamples, signal, onProgress } = options
  const all = order.flatMap((split) =>
    dataset.splits[split].map((sample, index) => ({ split, index, sample })),
  )
  const kept = all.slice(0, limit)
  const pictures: Uint8Array[] = []
  let offset = 0
  const write = (name: string, content: string | Uint8Array) =>
    asDataFolderProblem(folder, () => writeDurably(join(folder, name), content))
  for (let start = 0; start < kept.length; start += sheetPageSize) {
    signal?.throwIfAborted()
    onProgress?.(start / kept.length, 'keeping samples to look at')
    const page = kept.slice(start, start + sheetPageSize)
    const thumbnails = await mapLimited(page, 16, ({ sample }) => thumbnailsOf(dataset, sample))
    const samples = page.map(({ split, index, sample }, at): SheetSample => {
      const images = thumbnails[at]!.map(({ name, picture }) => {
        const place: [number, number] = [offset, picture.length]
        pictures.push(picture)
        offset += picture.length
        return [name, place] as const
      })
      const { id, labels } = dataset.samples[sample]!
      return {
        index,
        split,
        id,
        labels: [...labels],
        images: Object.fromEntries(images),
        ...wordsOf(dataset, sample),
      }
    })
    write(sheetFiles.page(start / sheetPageSize), encodeJsonLine(samples))
  }
  write(sheetFiles.thumbnails, Buffer.concat(pictures))
  write(sheetFiles.index, encodeJson(indexOf(dataset, kept)))
}

function indexOf(dataset: Dataset, kept: readonly { split: SplitName }[]): SheetIndex {
  const { hash, classes, modalities, splits } = dataset
  const storedOf = (split: SplitName) => kept.filter((sample) => sample.split === split).length
  return {
    version: 1,
    hash,
    classes: [...classes],
    modalities: modalities.map(({ name, values }) => ({ name, type: values.type })),
    splits: { train: splits.train.length, validation: splits.validation.length, test: splits.test.length },
    stored: { train: storedOf('train'), validation: storedOf('validation'), test: storedOf('test') },
  }
}

/** Beginnings of a sample's texts and vectors. */
export function wordsOf({ modalities }: Dataset, sample: number): Pick<SheetSample, 'texts' | 'vectors'> {
  const texts: Record<string, string> = {}
  const vectors: Record<string, number[]> = {}
  for (const { name, values } of modalities) {
    if (values.type === 'text') texts[name] = shorten(values.texts[sample]!)
    if (values.type === 'vector') {
      const start = sample * values.length
      vectors[name] = Array.from(values.data.subarray(start, start + Math.min(values.length, mostElements)))
    }
  }
  return { texts, vectors }
}

function shorten(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text
}

/** A sample's small pictures, as WebP. */
export function thumbnailsOf(
  { modalities }: Dataset,
  sample: number,
): Promise<{ name: string; picture: Uint8Array }[]> {
  return Promise.all(
    modalities.flatMap(({ name, values }) =>
      values.type === 'image' ? [thumbnailOf(values, sample).then((picture) => ({ name, picture }))] : [],
    ),
  )
}

async function thumbnailOf(
  { data, height, width }: Extract<ModalityValues, { type: 'image' }>,
  sample: number,
): Promise<Uint8Array> {
  const size = height * width * channels
  const pixels = data.subarray(sample * size, (sample + 1) * size)
  return await sharp(pixels, { raw: { width, height, channels } })
    .resize(thumbnailSize, thumbnailSize, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80, effort: 1 })
    .toBuffer()
}
