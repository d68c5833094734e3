import type { RunConfig } from '#contract/config.ts'
import { FeatureMemory } from '../backbone/feature-memory.ts'
import { tableInMemory } from '../backbone/feature-table.ts'
import type { Dataset } from '../dataset/dataset.ts'
import type { ModalityPlan } from '../run/networks.ts'
import { stream } from '../random.ts'
import type { FeatureSet } from '../search/feature-set.ts'

/** Random numbers that all features repeat; what they are changes no time. */
const poolSize = 1 << 16

/**
 * Random features in the shapes of a run's own, of so few samples that measuring is light: as many as the largest
 * batches of a search need.
 */
export function standInFeatures(
  config: RunConfig,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
): FeatureSet {
  const { search, training, valuation, space } = config
  const train = Math.min(
    dataset.splits.train.length,
    Math.max(512, 8 * search.batchSize, 8 * training.batchSize),
  )
  const validation = Math.min(dataset.splits.validation.length, Math.max(64, valuation.batchSize))
  const rows = train + validation
  const random = stream(1, 'stand-in features')
  const pool = Float32Array.from({ length: poolSize }, () => random.normal())
  const features = modalities.flatMap((modality) => modality.features)
  const values = Object.fromEntries(
    features.map(({ id, channels }) => [
      id,
      tableInMemory(filled(rows * space.length * channels, pool), rows),
    ]),
  )
  const indices = Array.from({ length: rows }, (_, i) => i)
  return {
    length: space.length,
    features,
    values,
    variants: [],
    task: dataset.task,
    labels: indices.map((i) => [i % dataset.classes.length]),
    classes: dataset.classes,
    splits: { train: indices.slice(0, train), validation: indices.slice(train), test: [] },
  }
}

function filled(size: number, pool: Float32Array): Float32Array {
  const values = new Float32Array(size)
  for (let at = 0; at < size; at += pool.length)
    values.set(pool.subarray(0, Math.min(pool.length, size - at)), at)
  return values
}

/**
 * Bytes of all features of a run, of every sample and of the variants of the training samples: on the disk, and as far as
 * they are held in memory.
 */
export function featureBytes(
  { space, featureVariants, featureMemory }: RunConfig,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
): { stored: number; held: number } {
  const memory = new FeatureMemory(featureMemory)
  const { train } = dataset.splits
  const sizes = modalities.map(({ features, frozen }) => {
    const rows = dataset.samples.length + (frozen ? 0 : featureVariants * train.length)
    return 4 * rows * space.length * features.reduce((sum, { channels }) => sum + channels, 0)
  })
  const sum = (bytes: number[]) => bytes.reduce((total, part) => total + part, 0)
  return { stored: sum(sizes), held: sum(sizes.filter((bytes) => memory.reserve(bytes))) }
}
