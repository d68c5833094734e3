import type { BackboneConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Builder, Built, Network } from '../training/network.ts'

/** A backbone that a run trains itself; the others are files. */
type TrainableConfig = Exclude<BackboneConfig, { kind: 'onnx' }>
export type BackboneKind = TrainableConfig['kind']
type ConfigOf<K extends BackboneKind> = Extract<TrainableConfig, { kind: K }>

/** A tensor inside a backbone that the fusion may use as a feature. */
export interface Tap {
  readonly name: string
  /** Per-sample shape: `[height, width, channels]` or `[channels]`. */
  readonly shape: readonly number[]
}

/** A backbone for one modality: a network that also returns its taps, from shallow to deep. */
export interface BackboneNetwork extends Network {
  /** Name of its only input. */
  readonly input: string
  readonly taps: readonly Tap[]
  build(builder: Builder, inputs: Readonly<Record<string, Tensor>>): Built
}

/** A kind of trainable backbone. */
export interface Backbone<K extends BackboneKind> {
  readonly kind: K
  /** What it reads: `image` [height, width, 3] or `vector` [length]. */
  readonly input: 'image' | 'vector'
  /** The network for samples of this shape. Throws `bad-configuration` when the shape does not suit it. */
  network(config: ConfigOf<K>, shape: readonly number[], classes: number): BackboneNetwork
}

/** Declares a kind of backbone; the table is `backbones/index.ts`. */
export function defineBackbone<K extends BackboneKind>(backbone: Backbone<K>): Backbone<K> {
  return backbone
}

/** Throws `bad-configuration` unless the sample has `rank` axes of at least one element each. */
export function requireRank(kind: BackboneKind, shape: readonly number[], rank: number): void {
  if (shape.length === rank && shape.every((size) => size >= 1)) return
  throw new Problem('bad-configuration', `backbone ${kind}`, `it cannot read samples of shape [${shape}]`)
}
