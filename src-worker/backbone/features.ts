import { createHash } from 'node:crypto'
import type { BackboneConfig } from '#contract/config.ts'
import type { FeatureInfo } from '#contract/run/events.ts'
import { cachedFile, type WriteAt } from '../dataset/cached-file.ts'
import type { DeviceName } from '#contract/device.ts'
import { stream, type Random } from '../random.ts'
import { batchesOf } from '../training/batches.ts'
import type { Network } from '../training/network.ts'
import { Predictor } from '../training/predictor.ts'
import type { BackboneNetwork } from './backbone.ts'
import type { FeatureMemory } from './feature-memory.ts'
import { loadTable, tableOnDisk, type FeatureTable } from './feature-table.ts'
import { poolTap } from './pool.ts'
import type { Samples } from './samples.ts'
import { seesVariants } from './train-backbone.ts'

/** The features that a modality's backbone offers, from shallow to deep: `image.0` … */
export function featuresOf(network: BackboneNetwork, modality: string): FeatureInfo[] {
  return network.taps.map(({ name, shape }, depth) => ({
    id: `${modality}.${depth}`,
    modality,
    tap: name,
    channels: shape[shape.length - 1],
  }))
}

/** The backbone with its features as taps, by feature id, each [batch, length, channels]; throws as `poolTap`. */
export function featureNetwork(network: BackboneNetwork, modality: string, length: number): Network {
  const features = featuresOf(network, modality)
  return {
    inputs: network.inputs,
    classes: network.classes,
    build: (builder, inputs) => {
      const { logits, taps } = network.build(builder, inputs)
      const pooled = features.map(({ id, tap }) => [id, poolTap(taps[tap], length)] as const)
      return { logits, taps: Object.fromEntries(pooled) }
    },
  }
}

/** What features are made of, and where they are kept. */
export interface ExtractionTask {
  readonly network: BackboneNetwork
  readonly weights: Float32Array
  readonly statistics: Float32Array
  readonly samples: Samples
  /** Positions of every feature. */
  readonly length: number
  readonly device: DeviceName
  readonly threads: number
  /** Content hash of the dataset; names the cache entry together with all that is computed with. */
  readonly datasetHash: string
  readonly config: BackboneConfig
  readonly seed: number
  readonly cacheFolder: string
  /** The training samples, and how many variants of each are wanted; none when left out. */
  readonly variants?: { readonly of: readonly number[]; readonly count: number }
  /** What of it is left to hold the features; else they are read from the cache as they are needed. */
  readonly memory: FeatureMemory
}

/** Feature values by id, each [rows, length, channels]. */
type FeatureValues = Readonly<Record<string, FeatureTable>>

/**
 * The features of a modality, in evaluation mode.
 *
 * The backbone has fitted the training samples: on them its features are surer than on new ones, and a fusion that
 * learns from these trusts whichever modality was learnt by heart. Features of variants, as training saw them (shifted
 * images, texts without most of their terms), are no surer than those of new samples. So fit a fusion on another
 * variant in every epoch, and score it on the plain values.
 */
export interface Features {
  readonly features: readonly FeatureInfo[]
  /** Of all samples. */
  readonly values: FeatureValues
  /** One entry a variant: row `i` belongs to the sample `variants.of[i]` of the task. */
  readonly variants: readonly FeatureValues[]
}

const batchSize = 128

/**
 * The features of all samples, and of variants of the training samples: from the cache folder when they are there
 * undamaged, else computed batch by batch and stored as they come. Throws `bad-configuration` when an image meets a
 * length that is no square, `data-folder-unwritable` when the features cannot be stored.
 */
export async function extractFeatures(task: ExtractionTask): Promise<Features> {
  const features = featuresOf(task.network, task.samples.modality)
  const { tables, size } = placeTables(task, features)
  const name = `features-${keyOf(task)}.f32`
  const file = await cachedFile(task.cacheFolder, name, size, (write) =>
    computeParts(task, features, tables, write),
  )
  const open = task.memory.reserve(size) ? loadTable : tableOnDisk
  const [values, ...variants] = tables.map((part) =>
    Object.fromEntries(
      features.map(({ id }) => [id, open(file, part[id].position, part[id].rows, part[id].size)] as const),
    ),
  )
  return { features, values, variants }
}

/** Where a table lies in its file, in bytes. */
interface Place {
  position: number
  rows: number
  size: number
}

/** The tables of a file one after the other: those of all samples, then those of each variant; `size` in bytes. */
function placeTables(
  { samples, length, variants }: ExtractionTask,
  features: readonly FeatureInfo[],
): { tables: Record<string, Place>[]; size: number } {
  const parts = [samples.count, ...Array.from({ length: variants?.count ?? 0 }, () => variants!.of.length)]
  let position = 0
  const tables = parts.map((rows) =>
    Object.fromEntries(
      features.map(({ id, channels }) => {
        const place = { position, rows, size: length * channels }
        position += 4 * rows * place.size
        return [id, place] as const
      }),
    ),
  )
  return { tables, size: position }
}

/** Writes the features of all samples, then those of each variant. */
async function computeParts(
  task: ExtractionTask,
  features: readonly FeatureInfo[],
  tables: readonly Readonly<Record<string, Place>>[],
  write: WriteAt,
): Promise<void> {
  const { network, weights, statistics, samples, length, device, threads, variants } = task
  const predictor = await Predictor.create(featureNetwork(network, samples.modality, length), {
    batchSize,
    device,
    threads,
    taps: features.map(({ id }) => id),
  })
  const compute = async (
    places: Readonly<Record<string, Place>>,
    all: readonly number[],
    random?: Random,
  ) => {
    let row = 0
    for (const indices of batchesOf(all, batchSize)) {
      const inputs = { [network.input]: samples.rows(indices, random) }
      const { taps } = await predictor.predictWithTaps(weights, statistics, inputs, indices.length)
      for (const { id } of features) {
        const { buffer, byteOffset, byteLength } = taps[id]
        write(new Uint8Array(buffer, byteOffset, byteLength), places[id].position + 4 * row * places[id].size)
      }
      row += indices.length
    }
  }
  try {
    const [plain, ...others] = tables
    await compute(
      plain,
      Array.from({ length: samples.count }, (_, index) => index),
    )
    for (const [variant, places] of others.entries()) {
      const random = stream(task.seed, 'backbone', samples.modality, 'variant', variant)
      await compute(places, variants!.of, seesVariants(task.config) ? random : undefined)
    }
  } finally {
    await predictor.release()
  }
}

/** Raise it whenever the same task leads to other features. */
const recipe = 1

/** SHA-256 of everything that decides the features, to the last bit. */
function keyOf(task: ExtractionTask): string {
  const { datasetHash, config, seed, length, variants, device, threads, weights, statistics } = task
  const { modality, shape } = task.samples
  const hash = createHash('sha256')
  const parts = { recipe, datasetHash, config, seed, length, variants, device, threads, modality, shape }
  hash.update(JSON.stringify(parts))
  for (const { buffer, byteOffset, byteLength } of [weights, statistics])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}
