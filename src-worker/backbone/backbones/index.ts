import type { BackboneConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { Backbone, BackboneKind, BackboneNetwork } from '../backbone.ts'
import { cnn } from './cnn.ts'
import { maxout } from './maxout.ts'

/** All kinds of trainable backbones. */
const backbones: { readonly [K in BackboneKind]: Backbone<K> } = { cnn, maxout }

/**
 * The network that a configuration describes, for samples of `shape` ([height, width, 3] or [length]).
 * Throws `bad-configuration` when the shape does not suit the kind of backbone.
 */
export function backboneNetwork(
  config: BackboneConfig,
  shape: readonly number[],
  classes: number,
): BackboneNetwork {
  if (config.kind === 'onnx')
    throw new Problem('internal', `file ${config.id}`, 'its network is known only where the file was read')
  const backbone = backbones[config.kind] as Backbone<BackboneKind>
  return backbone.network(config, shape, classes)
}

/** The kind of backbone that reads samples of this shape: images with three axes, vectors with one. */
export function defaultKind(shape: readonly number[]): BackboneKind {
  return shape.length === 3 ? 'cnn' : 'maxout'
}
