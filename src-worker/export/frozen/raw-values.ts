import { join } from 'node:path'
import sharp from 'sharp'
import { z } from 'zod'
import { Problem } from '#contract/problem.ts'
import { latest } from '#contract/run/state.ts'
import { channels, type ModalityValues } from '../../dataset/dataset.ts'
import { loadDataset } from '../../dataset/formats/index.ts'
import { Unjoinable } from '../../onnx/unjoinable.ts'
import { parseJson } from '../../run-directory/json.ts'
import type { ExportSource } from '../exporter.ts'
import { rawSamplesFile, sampleFiles, samplesFile } from '../samples.ts'
import type { FolderFiles } from '../write-folder.ts'

/** What a file can read. */
export type ReadableValues = Exclude<ModalityValues, { type: 'text' }>

const rawEntries = z.array(z.record(z.string(), z.unknown()))
const numbers = z.array(z.number())

/**
 * The raw values of a run's first test samples: what the run kept of them, else what its dataset holds.
 * @throws Unjoinable when neither is there
 */
export async function rawValues(
  source: ExportSource,
  { kept, modalities, count }: { kept: FolderFiles; modalities: readonly string[]; count: number },
): Promise<Record<string, ReadableValues>> {
  const [files, name] =
    rawSamplesFile in kept
      ? [kept, rawSamplesFile]
      : [await samplesOfDataset(source, modalities, count), samplesFile]
  const entries = rawEntries.parse(parseJson(textOf(files[name]), name))
  const values = modalities.map(async (modality) => {
    const own = entries.map((entry) => entry[modality])
    const read = typeof own[0] === 'string' ? await picturesOf(files, own.map(String)) : vectorsOf(own)
    return [modality, read] as const
  })
  return Object.fromEntries(await Promise.all(values))
}

/** For runs of versions that kept the features of files alone. */
async function samplesOfDataset(
  { config, dataDir, state }: ExportSource,
  modalities: readonly string[],
  count: number,
): Promise<FolderFiles> {
  const refuse = (detail: string) =>
    new Unjoinable(`the run kept no raw values of its samples, and its dataset ${detail}`)
  try {
    const dataset = await loadDataset(config.dataset, { cacheFolder: join(dataDir, 'datasets') })
    if (dataset.hash !== latest(state, 'dataset')?.summary.hash) throw refuse('is not the one it began with')
    const shown = modalities.map((name) => ({ name, features: null }))
    return await sampleFiles(dataset, shown, dataset.splits.test.slice(0, count))
  } catch (error) {
    if (error instanceof Problem) throw refuse(`cannot be read (${error.where}: ${error.detail})`)
    throw error
  }
}

const textOf = (content: string | Uint8Array): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content)

async function picturesOf(files: FolderFiles, names: readonly string[]): Promise<ReadableValues> {
  const decoded = await Promise.all(
    names.map((name) =>
      sharp(files[`samples/${name}`] as Uint8Array)
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true }),
    ),
  )
  const { height, width } = decoded[0].info
  const size = height * width * channels
  const data = new Uint8Array(decoded.length * size)
  decoded.forEach((picture, i) => data.set(picture.data, i * size))
  return { type: 'image', data, height, width }
}

function vectorsOf(rows: readonly unknown[]): ReadableValues {
  const read = rows.map((row) => numbers.parse(row))
  return { type: 'vector', data: Float32Array.from(read.flat()), length: read[0].length }
}
