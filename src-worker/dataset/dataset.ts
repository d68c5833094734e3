import { createHash } from 'node:crypto'
import type { SplitName, TaskName } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'

/** Raw values of one modality, one per sample. */
export type ModalityValues =
  | {
      readonly type: 'image'
      /** [sample, height, width, channel], sRGB, 8 bits. */
      readonly data: Uint8Array
      readonly height: number
      readonly width: number
    }
  | { readonly type: 'text'; readonly texts: readonly string[] }
  | {
      readonly type: 'vector'
      /** [sample, element]. */
      readonly data: Float32Array
      readonly length: number
    }

interface Modality {
  readonly name: string
  readonly values: ModalityValues
}

interface Sample {
  /** Unique in the dataset: `noto 1f600`, `row 12`. */
  readonly id: string
  /** Indices into the classes, ascending; exactly one of a single-label task. */
  readonly labels: readonly number[]
  /** Samples of one group are all in the same split. */
  readonly group: string
}

/** Sample indices of each split, ascending. */
type Splits = Readonly<Record<SplitName, readonly number[]>>

/** A dataset in memory. All values are raw; `preprocess.ts` turns them into network inputs. */
export interface Dataset {
  readonly name: string
  /** SHA-256 over all values, labels, groups and splits, in hexadecimal. */
  readonly hash: string
  readonly modalities: readonly Modality[]
  readonly task: TaskName
  readonly classes: readonly string[]
  readonly samples: readonly Sample[]
  readonly splits: Splits
  /** What a user should know before trusting scores on it. */
  readonly warnings: readonly string[]
}

/** Three channels: red, green, blue. */
export const channels = 3

/** Completes a dataset by its content hash. */
export function createDataset(parts: Omit<Dataset, 'hash'>): Dataset {
  return { ...parts, hash: hashContent(parts) }
}

/** The raw values of the named modality. Throws `dataset-unusable` when there is none of this name. */
export function valuesOf(dataset: Dataset, modality: string): ModalityValues {
  const found = dataset.modalities.find(({ name }) => name === modality)
  if (found) return found.values
  const names = dataset.modalities.map(({ name }) => name).join(', ')
  throw new Problem('dataset-unusable', `modality ${modality}`, `the dataset ${dataset.name} has ${names}`)
}

/** How many samples the values belong to. */
export function countOf(values: ModalityValues): number {
  switch (values.type) {
    case 'image':
      return values.data.length / (values.height * values.width * channels)
    case 'text':
      return values.texts.length
    case 'vector':
      return values.data.length / values.length
  }
}

/** The dataset with only the samples at `kept` (ascending), split as before. */
export function selectSamples(
  dataset: Omit<Dataset, 'hash'>,
  kept: readonly number[],
): Omit<Dataset, 'hash'> {
  const position = new Map(kept.map((index, at) => [index, at]))
  const select = (indices: readonly number[]) =>
    indices.flatMap((index) => {
      const at = position.get(index)
      return at === undefined ? [] : [at]
    })
  return {
    ...dataset,
    modalities: dataset.modalities.map(({ name, values }) => ({ name, values: selectValues(values, kept) })),
    samples: kept.map((index) => dataset.samples[index]!),
    splits: {
      train: select(dataset.splits.train),
      validation: select(dataset.splits.validation),
      test: select(dataset.splits.test),
    },
  }
}

/** The values of the samples at `kept`. */
export function selectValues(values: ModalityValues, kept: readonly number[]): ModalityValues {
  switch (values.type) {
    case 'image': {
      const size = values.height * values.width * channels
      const data = new Uint8Array(kept.length * size)
      kept.forEach((index, at) => data.set(values.data.subarray(index * size, (index + 1) * size), at * size))
      return { ...values, data }
    }
    case 'text':
      return { ...values, texts: kept.map((index) => values.texts[index]!) }
    case 'vector': {
      const { length } = values
      const data = new Float32Array(kept.length * length)
      kept.forEach((index, at) =>
        data.set(values.data.subarray(index * length, (index + 1) * length), at * length),
      )
      return { ...values, data }
    }
  }
}

function hashContent({ modalities, task, classes, samples, splits }: Omit<Dataset, 'hash'>): string {
  const hash = createHash('sha256')
  // caches and runs of single-label data know them by the hash of one label a sample
  const labelled = samples.map(({ id, labels, group }) => [
    id,
    task === 'single-label' ? labels[0] : labels,
    group,
  ])
  const shapes = modalities.map(({ name, values }) => [name, values.type, shapeOf(values)])
  hash.update(JSON.stringify([shapes, classes, labelled, splits]))
  for (const { values } of modalities) {
    if (values.type === 'text') hash.update(JSON.stringify(values.texts))
    else hash.update(new Uint8Array(values.data.buffer, values.data.byteOffset, values.data.byteLength))
  }
  return hash.digest('hex')
}

/** The shape of one sample's raw value; empty for a text. */
function shapeOf(values: ModalityValues): readonly number[] {
  switch (values.type) {
    case 'image':
      return [values.height, values.width, channels]
    case 'text':
      return []
    case 'vector':
      return [values.length]
  }
}
