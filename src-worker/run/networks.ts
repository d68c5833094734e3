import { backboneConfig, type BackboneConfig, type RunConfig } from '#contract/config.ts'
import { reservedModalityNames } from '#contract/dataset.ts'
import type { FeatureInfo } from '#contract/run/events.ts'
import type { Genotype } from '#contract/genotype.ts'
import { Problem } from '#contract/problem.ts'
import type { BackboneNetwork } from '../backbone/backbone.ts'
import { backboneNetwork, defaultKind } from '../backbone/backbones/index.ts'
import { featuresOf } from '../backbone/features.ts'
import type { FeatureTable } from '../backbone/feature-table.ts'
import { frozenSamples, probeNetwork, type FrozenTap } from '../backbone/onnx/probe.ts'
import { samplesOf, type Samples } from '../backbone/samples.ts'
import { valuesOf, type Dataset } from '../dataset/dataset.ts'
import { fitPreprocessing, type Preprocessing } from '../dataset/preprocess.ts'
import type { FeatureNetwork } from '../search/feature-answers.ts'
import { concatenationNetwork, sizeForParameters } from '../space/concatenation.ts'
import { derivedNetwork } from '../space/derived.ts'
import { createSpace, type FusionSpace } from '../space/space.ts'
import { costOf } from '../training/cost.ts'

/** What a file has read of a modality. */
export interface FrozenModality {
  readonly taps: readonly FrozenTap[]
  /** The features of all samples by each tap. */
  readonly tables: readonly FeatureTable[]
  /** Numbers in the file's weights. */
  readonly parameters: number
}

/** One modality of a run: how its values become inputs, and what reads them. */
export interface ModalityPlan {
  name: string
  preprocessing: Preprocessing
  samples: Samples
  config: BackboneConfig
  /** For a file: the probe on its features. */
  network: BackboneNetwork
  /** Null unless a file reads the modality. */
  frozen: FrozenModality | null
  features: readonly FeatureInfo[]
}

/**
 * The modalities of a dataset with their backbones.
 * @throws Problem `bad-configuration` for a modality's name that a run needs itself, and for a backbone of a modality
 * that is not there, or that cannot read it.
 *
 * @param files What files have read, by modality; their features stand for the values.
 */
export function planModalities(
  config: RunConfig,
  dataset: Dataset,
  files: Readonly<Record<string, FrozenModality>> = {},
): ModalityPlan[] {
  const names = dataset.modalities.map(({ name }) => name)
  const foreign = Object.keys(config.backbones).find((name) => !names.includes(name))
  if (foreign !== undefined)
    throw new Problem('bad-configuration', `backbones.${foreign}`, `the modalities are ${names.join(', ')}`)
  const reserved = names.find((name) => reservedModalityNames.includes(name))
  if (reserved !== undefined)
    throw new Problem(
      'bad-configuration',
      `dataset.modalities.${reserved}`,
      `no modality can be named ${reservedModalityNames.join(', ')}`,
    )
  return names.map((name) => {
    const frozen = files[name] ?? null
    const preprocessing = frozen ? unchanged(frozen) : fitPreprocessing(dataset, name)
    const samples = frozen ? frozenSamples(name, frozen.tables) : samplesOf(dataset, name, preprocessing)
    const own = config.backbones[name] ?? backboneConfig.parse({ kind: defaultKind(samples.shape) })
    const { length } = config.space
    const network = placed(`backbones.${name}`, () =>
      networkOf(own, frozen, { shape: samples.shape, length, classes: dataset.classes.length }),
    )
    if (!frozen && valuesOf(dataset, name).type === 'image' && !Number.isInteger(Math.sqrt(length)))
      throw new Problem(
        'bad-configuration',
        'space.length',
        `${length} is no square, and ${name} holds images`,
      )
    return { name, preprocessing, samples, config: own, network, frozen, features: featuresOf(network, name) }
  })
}

/** Features of a file go on as they are. */
function unchanged({ tables }: FrozenModality): Preprocessing {
  const length = tables.reduce((sum, { size }) => sum + size, 0)
  const all = (value: number) => Array.from({ length }, () => value)
  return { type: 'vector', mean: all(0), deviation: all(1) }
}

function networkOf(
  own: BackboneConfig,
  frozen: FrozenModality | null,
  { shape, length, classes }: { shape: readonly number[]; length: number; classes: number },
): BackboneNetwork {
  if (own.kind !== 'onnx') return backboneNetwork(own, shape, classes)
  if (frozen) return probeNetwork(frozen.taps, length, classes)
  throw new Problem('internal', `file ${own.id}`, 'it has not read its modality')
}

/** Names the field of the configuration that a bad one concerns. */
function placed<T>(field: string, build: () => T): T {
  try {
    return build()
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'bad-configuration') throw error
    throw new Problem(error.code, field, `${error.where}: ${error.detail}`, { cause: error })
  }
}

/** The space of a run over the features of all its modalities. */
export function spaceOf(config: RunConfig, modalities: readonly ModalityPlan[]): FusionSpace {
  return createSpace(
    config.space,
    modalities.flatMap(({ features }) => features),
  )
}

/** A model that is trained on the features and scored on the test split. */
export interface ModelPlan {
  name: string
  network: FeatureNetwork
}

/**
 * The models whose scores a run compares: every modality alone, the concatenation of all features, and the derived
 * architecture. All have the parameters of the derived one, within 10 %, so that size explains no difference.
 */
export function comparedModels(
  space: FusionSpace,
  modalities: readonly ModalityPlan[],
  genotype: Genotype,
  classes: number,
): ModelPlan[] {
  const derived = derivedNetwork(space, genotype, classes)
  const { parameters } = costOf(derived)
  const concatenation = (part: FusionSpace) =>
    concatenationNetwork(part, classes, sizeForParameters(part, classes, parameters))
  return [
    ...modalities.map(({ name, features }) => ({ name, network: concatenation({ ...space, features }) })),
    { name: 'concatenation', network: concatenation(space) },
    { name: 'derived', network: derived },
  ]
}
