import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { channels, valuesOf, type Dataset, type ModalityValues } from '../dataset/dataset.ts'
import { encodeJson } from '../run-directory/json.ts'
import type { FolderFiles } from './write-folder.ts'

const folder = 'samples'
export const samplesFile = `${folder}/samples.json`
/** Beside it: raw values of the modalities that are features there. */
export const rawSamplesFile = `${folder}/raw.json`

interface ShownModality {
  name: string
  /** What a file has read of the samples, `[rows, numbers]`; it stands for their values. */
  features: Float32Array | null
}

/**
 * Raw values of samples as files: `samples/samples.json`, a list with one entry a sample ({id, label (`labels` of a multi-label task), and per modality a
 * text, a list of numbers, or the name of a picture beside it}), and the pictures as PNG. Where features stand for values,
 * `samples/raw.json` holds the values, {modality: value} a sample.
 */
export async function sampleFiles(
  dataset: Dataset,
  modalities: readonly ShownModality[],
  rows: readonly number[],
): Promise<FolderFiles> {
  const files: Record<string, Uint8Array> = {}
  const samples = rows.map((row) => {
    const { id, labels } = dataset.samples[row]
    const names = labels.map((label) => dataset.classes[label])
    return { id, ...(dataset.task === 'single-label' ? { label: names[0] } : { labels: names }) }
  })
  const entries: Record<string, unknown>[] = samples
  const behind: Record<string, unknown>[] = rows.map(() => ({}))
  for (const { name, features } of modalities) {
    const raw = await rawEntries(valuesOf(dataset, name), name, rows, files)
    rows.forEach((_, i) => {
      if (features) behind[i][name] = raw[i]
      entries[i][name] = features ? [...rowOf(features, i, features.length / rows.length)] : raw[i]
    })
  }
  return {
    ...files,
    [samplesFile]: encodeJson(entries),
    ...(modalities.some(({ features }) => features) && { [rawSamplesFile]: encodeJson(behind) }),
  }
}

/** The values of rows as they stand in a list of samples; pictures become files beside it. */
async function rawEntries(
  values: ModalityValues,
  modality: string,
  rows: readonly number[],
  files: Record<string, Uint8Array>,
): Promise<(string | number[])[]> {
  if (values.type === 'text') return rows.map((row) => values.texts[row])
  if (values.type === 'vector') return rows.map((row) => [...rowOf(values.data, row, values.length)])
  const { width, height, data } = values
  return await Promise.all(
    rows.map(async (row, position) => {
      const name = `${position}-${modality}.png`
      const pixels = rowOf(data, row, width * height * channels)
      const raw = { width, height, channels } as const
      files[`${folder}/${name}`] = await sharp(pixels, { raw }).png().toBuffer()
      return name
    }),
  )
}

/** The same samples with raw values instead of the features of modalities; none where there are no samples. */
export async function withRawValues(
  samples: FolderFiles,
  values: Readonly<Record<string, ModalityValues>>,
): Promise<FolderFiles> {
  const { [samplesFile]: list, [rawSamplesFile]: _behind, ...others } = samples
  if (list === undefined) return samples
  const files: Record<string, Uint8Array> = {}
  const entries = JSON.parse(Buffer.from(list).toString()) as Record<string, unknown>[]
  const rows = entries.map((_, row) => row)
  for (const [name, own] of Object.entries(values)) {
    const raw = await rawEntries(own, name, rows, files)
    rows.forEach((row) => (entries[row][name] = raw[row]))
  }
  return { ...others, ...files, [samplesFile]: encodeJson(entries) }
}

const rowOf = <T extends Float32Array | Uint8Array>(values: T, row: number, size: number) =>
  values.subarray(row * size, (row + 1) * size) as T

/** The sample files of a bundle; none where it has no such folder. */
export function readSamples(bundle: string): FolderFiles {
  const path = join(bundle, folder)
  if (!existsSync(path)) return {}
  const files = readdirSync(path).map(
    (name) => [`${folder}/${name}`, readFileSync(join(path, name))] as const,
  )
  return Object.fromEntries(files)
}
