import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { channels, valuesOf, type Dataset } from '../dataset/dataset.ts'
import { encodeJson } from '../run-directory/json.ts'
import type { FolderFiles } from './write-folder.ts'

const folder = 'samples'

interface ShownModality {
  name: string
  /** What a file has read of the samples, `[rows, numbers]`; it stands for their values. */
  features: Float32Array | null
}

/**
 * Raw values of samples as files: `samples/samples.json`, a list with one entry a sample ({id, label (`labels` of a multi-label task), and per modality a
 * text, a list of numbers, or the name of a picture beside it}), and the pictures as PNG.
 */
export async function sampleFiles(
  dataset: Dataset,
  modalities: readonly ShownModality[],
  rows: readonly number[],
): Promise<FolderFiles> {
  const files: Record<string, string | Uint8Array> = {}
  const entries = await Promise.all(
    rows.map(async (row, position) => {
      const { id, labels } = dataset.samples[row]
      const names = labels.map((label) => dataset.classes[label])
      const told = dataset.task === 'single-label' ? { label: names[0] } : { labels: names }
      const entry: Record<string, unknown> = { id, ...told }
      for (const { name: modality, features } of modalities) {
        if (features) {
          entry[modality] = [...rowOf(features, position, features.length / rows.length)]
          continue
        }
        const values = valuesOf(dataset, modality)
        if (values.type === 'text') entry[modality] = values.texts[row]
        else if (values.type === 'vector') entry[modality] = [...rowOf(values.data, row, values.length)]
        else {
          const { width, height, data } = values
          const pixels = rowOf(data, row, width * height * channels)
          const name = `${position}-${modality}.png`
          const raw = { width, height, channels } as const
          files[`${folder}/${name}`] = await sharp(pixels, { raw }).png().toBuffer()
          entry[modality] = name
        }
      }
      return entry
    }),
  )
  return { ...files, [`${folder}/samples.json`]: encodeJson(entries) }
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
