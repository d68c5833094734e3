import { createHash } from 'node:crypto'
import type { BackboneConfig } from '#contract/config.ts'
import type { FeatureInfo } from '#contract/events.ts'
import { cached } from '../dataset/cache.ts'
import type { DeviceName } from '#contract/device.ts'
import { stream, type Random } from '../random.ts'
import { decodeSafetensors, encodeSafetensors } from '../run-directory/safetensors.ts'
import { batchesOf } from '../training/batches.ts'
import type { Network } from '../training/network.ts'
import { Predictor } from '../training/predictor.ts'
import type { BackboneNetwork } from './backbone.ts'
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
  /** Content hash of the dataset; names the cache entry together with `config`, `seed` and the weights. */
  readonly datasetHash: string
  readonly config: BackboneConfig
  readonly seed: number
  readonly cacheFolder: string
  /** The training samples, and how many variants of each are wanted; none when left out. */
  readonly variants?: { readonly of: readonly number[]; readonly count: number }
}

/** Feature values by id, each [rows, length, channels]. */
type FeatureValues = Readonly<Record<string, Float32Array>>

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
 * undamaged, else computed batch by batch and stored. Throws `bad-configuration` when an image meets a length that is no
 * square, `data-folder-unwritable` when the features cannot be stored.
 */
export async function extractFeatures(task: ExtractionTask): Promise<Features> {
  const features = featuresOf(task.network, task.samples.modality)
  const count = task.variants?.count ?? 0
  const names = ['plain', ...Array.from({ length: count }, (_, v) => `variant ${v}`)]
  const entry = await cached(task.cacheFolder, `features-${keyOf(task)}.safetensors`, async () => {
    const parts = await computeParts(task, features)
    const tensors = names.flatMap((name, part) =>
      features.map(({ id, channels }) => {
        const data = parts[part][id]
        const rows = data.length / task.length / channels
        return [`${name}/${id}`, { shape: [rows, task.length, channels], data }] as const
      }),
    )
    return encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: {} })
  })
  const { tensors } = decodeSafetensors(entry, 'feature cache')
  const [values, ...variants] = names.map((name) =>
    Object.fromEntries(features.map(({ id }) => [id, tensors[`${name}/${id}`].data as Float32Array])),
  )
  return { features, values, variants }
}

/** The features of all samples, then those of each variant. */
async function computeParts(
  task: ExtractionTask,
  features: readonly FeatureInfo[],
): Promise<Record<string, Float32Array>[]> {
  const { network, weights, statistics, samples, length, device, threads, variants } = task
  const predictor = await Predictor.create(featureNetwork(network, samples.modality, length), {
    batchSize,
    device,
    threads,
    taps: features.map(({ id }) => id),
  })
  const compute = async (all: readonly number[], random?: Random) => {
    const values = Object.fromEntries(
      features.map(({ id, channels }) => [id, new Float32Array(all.length * length * channels)]),
    )
    let row = 0
    for (const indices of batchesOf(all, batchSize)) {
      const inputs = { [network.input]: samples.rows(indices, random) }
      const { taps } = await predictor.predictWithTaps(weights, statistics, inputs, indices.length)
      for (const { id, channels } of features) values[id].set(taps[id], row * length * channels)
      row += indices.length
    }
    return values
  }
  try {
    const parts = [await compute(Array.from({ length: samples.count }, (_, index) => index))]
    for (let variant = 0; variant < (variants?.count ?? 0); variant++) {
      const random = stream(task.seed, 'backbone', samples.modality, 'variant', variant)
      parts.push(await compute(variants!.of, seesVariants(task.config) ? random : undefined))
    }
    return parts
  } finally {
    await predictor.release()
  }
}

/** Raise it whenever the same task leads to other features. */
const recipe = 1

/** SHA-256 of everything that decides the features. */
function keyOf(task: ExtractionTask): string {
  const { datasetHash, config, seed, length, variants, weights, statistics } = task
  const { modality, shape } = task.samples
  const hash = createHash('sha256')
  hash.update(JSON.stringify({ recipe, datasetHash, config, seed, length, variants, modality, shape }))
  for (const { buffer, byteOffset, byteLength } of [weights, statistics])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}
