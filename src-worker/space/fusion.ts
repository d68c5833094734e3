import type { OperationName } from '#contract/genotype.ts'
import { add, concat, relu, reshape } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Builder, Network } from '../training/network.ts'
import type { DictionarySpec } from './dictionary-step.ts'
import { affine, layerNormOfBoth, project, rowsOf } from './layers.ts'
import { OperationBuilder, sizeOf } from './operation.ts'
import type { Feature, FusionSpace } from './space.ts'

/** A network of fusion cells over features. */
export interface FusionNetwork extends Network {
  /**
   * The dictionaries of its sparse operations. Where there are any, the network reads their steps from the extra input
   * `dictionary-steps` `[dictionaries]`, in this order.
   */
  readonly dictionaries: readonly DictionarySpec[]
}

/** Answers the step τ of a dictionary by its name. */
export type StepOf = (dictionary: string) => Tensor

/** The dictionaries of operations at their places, in the order of the places. */
export function dictionariesAt(
  space: FusionSpace,
  places: readonly { cell: number; node: number; operation: OperationName }[],
): DictionarySpec[] {
  return places.flatMap(({ cell, node, operation }) =>
    space.table[operation]
      .dictionaries(sizeOf(space.config))
      .map((spec) => ({ ...spec, name: `cell${cell}/node${node}/${operation}/${spec.name}` })),
  )
}

/** Declares the input `dictionary-steps`, if there is a dictionary, and hands out its parts as scalars. */
export function readSteps(builder: Builder, dictionaries: readonly DictionarySpec[]): StepOf {
  const count = dictionaries.length
  const steps = new Map<string, Tensor>()
  if (count > 0) {
    const parts = rowsOf(builder.input('dictionary-steps', [count]))
    dictionaries.forEach((spec, i) => steps.set(spec.name, reshape(parts[i], [])))
  }
  return (dictionary) => steps.get(dictionary)!
}

/** Features as a network's inputs. */
export function inputsOf(space: FusionSpace, features: readonly Feature[]): Network['inputs'] {
  return Object.fromEntries(
    features.map((feature) => [feature.id, { shape: [space.config.length, feature.channels] }]),
  )
}

/** A feature `[batch, length, its channels]` brought to the channels of the cells by its reshape layer. */
export function reshapeFeature(builder: Builder, space: FusionSpace, feature: string, x: Tensor): Tensor {
  const { channels, dropout } = space.config
  return builder.scope(`reshape ${feature}`, () =>
    project(builder, `reshape/${feature}`, x, channels, dropout),
  )
}

/** z of one operation at one inner node. */
export function buildOperation(
  builder: Builder,
  space: FusionSpace,
  place: { cell: number; node: number; operation: OperationName },
  pair: readonly [Tensor, Tensor],
  stepOf: StepOf,
): Tensor {
  const operation = space.table[place.operation]
  const path = `cell${place.cell}/node${place.node}/${place.operation}`
  return builder.scope(place.operation, () =>
    operation.build(new OperationBuilder(builder, path, operation, space.config, stepOf), ...pair),
  )
}

/**
 * The output of a cell from its inner nodes: several are concatenated and projected back to the cell's channels; the
 * cell's first input is added; layer norm over length and channels (BM-NAS's public code).
 */
export function buildCellOutput(
  builder: Builder,
  space: FusionSpace,
  cell: number,
  nodes: readonly Tensor[],
  x: Tensor,
): Tensor {
  const { channels, dropout } = space.config
  return builder.scope('output', () => {
    const fused =
      nodes.length > 1 ? project(builder, `cell${cell}/out`, concat(nodes, 2), channels, dropout) : nodes[0]
    return normaliseCell(builder, cell, add(fused, x))
  })
}

/** The end of a cell: layer norm of what its inner nodes and its first input add up to. */
export function normaliseCell(builder: Builder, cell: number, total: Tensor): Tensor {
  return layerNormOfBoth(builder, `cell${cell}/layernorm`, total)
}

/** Class scores from the cells: concatenation, layer norm, ReLU, one linear layer. */
export function buildHead(builder: Builder, cells: readonly Tensor[], classes: number): Tensor {
  return builder.scope('head', () => {
    const all = cells.length > 1 ? concat(cells, 2) : cells[0]
    const [batch, length, channels] = all.shape
    const active = relu(layerNormOfBoth(builder, 'head/layernorm', all))
    return affine(builder, 'head', reshape(active, [batch, length * channels]), classes)
  })
}
