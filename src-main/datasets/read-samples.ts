import { existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SamplePage, SamplePreview, SampleQuery } from '#contract/calls/datasets.ts'
import { Problem } from '#contract/problem.ts'
import {
  sheetFiles,
  sheetIndex,
  sheetPageSize,
  sheetSample,
  type SheetIndex,
  type SheetSample,
} from '#contract/dataset/sample-sheet.ts'

/** Sheets whose samples stay in memory. */
const mostOpen = 3

interface Sheet {
  index: SheetIndex
  samples: SheetSample[]
  thumbnails: string
}

/** Reads the sample sheets of a data folder. */
export class SampleSheets {
  readonly #folder: string
  readonly #open = new Map<string, Promise<Sheet>>()

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'samples')
  }

  has(hash: string): boolean {
    return existsSync(join(this.#folder, hash, sheetFiles.index))
  }

  /** @throws Problem `samples-missing` */
  async page(hash: string, query: SampleQuery): Promise<SamplePage> {
    const { index, samples, thumbnails } = await this.#sheet(hash)
    const inSplit = samples.filter(({ split }) => split === query.split)
    const matching = inSplit.filter(filterOf(query))
    const chosen = query.indices ? pick(matching, query.indices) : matching
    const shown = chosen.slice(query.offset, query.offset + query.limit)
    return {
      total: chosen.length,
      inSplit: index.splits[query.split],
      stored: index.stored[query.split],
      classes: index.classes,
      samples: await withPictures(shown, thumbnails),
    }
  }

  async #sheet(hash: string): Promise<Sheet> {
    if (!this.has(hash))
      throw new Problem('samples-missing', hash.slice(0, 12), 'none were kept of this dataset')
    const known = this.#open.get(hash)
    if (known) return await known
    const reading = readSheet(join(this.#folder, hash))
    this.#open.set(hash, reading)
    const [oldest] = this.#open.keys()
    if (this.#open.size > mostOpen) this.#open.delete(oldest)
    try {
      return await reading
    } catch (error) {
      this.#open.delete(hash)
      throw error
    }
  }
}

async function readSheet(folder: string): Promise<Sheet> {
  try {
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, name), 'utf8'))
    const index = sheetIndex.parse(await read(sheetFiles.index))
    const count = Object.values(index.stored).reduce((sum, stored) => sum + stored, 0)
    const pages = Array.from({ length: Math.ceil(count / sheetPageSize) }, (_, number) => number)
    const samples = await Promise.all(
      pages.map(async (number) => sheetSample.array().parse(await read(sheetFiles.page(number)))),
    )
    return { index, samples: samples.flat(), thumbnails: join(folder, sheetFiles.thumbnails) }
  } catch (error) {
    throw new Problem('samples-missing', folder, `they cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function filterOf({ label, text = '' }: SampleQuery): (sample: SheetSample) => boolean {
  const sought = text.trim().toLowerCase()
  const hasText = ({ id, texts }: SheetSample) =>
    [id, ...Object.values(texts)].some((value) => value.toLowerCase().includes(sought))
  return (sample) =>
    (label === undefined || sample.labels.includes(label)) && (sought === '' || hasText(sample))
}

function pick(samples: readonly SheetSample[], indices: readonly number[]): SheetSample[] {
  const byIndex = new Map(samples.map((sample) => [sample.index, sample]))
  return indices.flatMap((index) => byIndex.get(index) ?? [])
}

async function withPictures(samples: readonly SheetSample[], path: string): Promise<SamplePreview[]> {
  if (samples.every(({ images }) => Object.keys(images).length === 0))
    return samples.map((sample) => previewOf(sample, {}))
  const file = await open(path)
  try {
    const pictureAt = async ([start, length]: [number, number]) => {
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, start)
      return `data:image/webp;base64,${buffer.toString('base64')}`
    }
    return await Promise.all(
      samples.map(async (sample) => {
        const pictures = Object.entries(sample.images).map(
          async ([name, place]) => [name, await pictureAt(place)] as const,
        )
        return previewOf(sample, Object.fromEntries(await Promise.all(pictures)))
      }),
    )
  } finally {
    await file.close()
  }
}

const previewOf = (
  { index, id, labels, texts, vectors }: SheetSample,
  images: Record<string, string>,
): SamplePreview => ({
  index,
  id,
  labels,
  texts,
  images,
  vectors,
})
