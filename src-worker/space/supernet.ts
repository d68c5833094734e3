import { add, concat, multiply, reshape, scale, weightedSums } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Builder } from '../training/network.ts'
import {
  buildCellOutput,
  buildHead,
  buildOperation,
  dictionariesAt,
  type FusionNetwork,
  inputsOf,
  readSteps,
  reshapeFeature,
  type StepOf,
} from './fusion.ts'
import { rowsOf } from './layers.ts'
import { decisionsOf, playersOf } from './players.ts'
import type { FusionSpace } from './space.ts'

/**
 * The supernet of a space: every candidate at once, weighted (SM-ShapNAS, Eqs. 3 and 6; BM-NAS's public code). Both
 * inputs of a cell are the same weighted sum of all its sources; an inner node gives the weighted sum of its
 * predecessors to each of its operations and adds up their weighted results.
 *
 * The weights are the extra input `mixture` `[players]`, after softmax and mask, in the order of `playersOf`. An edge
 * has one weight, that of its identity.
 */
export function supernet(space: FusionSpace, classes: number): FusionNetwork {
  const dictionaries = dictionariesAt(space, placesOf(space))
  return {
    inputs: inputsOf(space, space.features),
    classes,
    dictionaries,
    build(builder, inputs) {
      const sources = reshapeFeatures(builder, space, inputs)
      const mixture = builder.input('mixture', [playersOf(space).length])
      return fuseFeatures(builder, space, sources, mixture, readSteps(builder, dictionaries), classes)
    },
  }
}

/** Where the operations of a supernet are. */
function placesOf({ config, operations }: FusionSpace) {
  const range = (count: number) => Array.from({ length: count }, (_, i) => i)
  return range(config.cells).flatMap((cell) =>
    range(config.steps).flatMap((node) => operations.map((operation) => ({ cell, node, operation }))),
  )
}

/** The part of a supernet that no mixture touches: `[batch, length, channels]` of every feature. */
export function reshapeFeatures(
  builder: Builder,
  space: FusionSpace,
  inputs: Record<string, Tensor>,
): Tensor[] {
  return space.features.map(({ id }) => reshapeFeature(builder, space, id, inputs[id]))
}

/** The rest of a supernet: from the features after their reshape layers to class scores `[batch, classes]`. */
function fuseFeatures(
  builder: Builder,
  space: FusionSpace,
  features: readonly Tensor[],
  mixture: Tensor,
  stepOf: StepOf,
  classes: number,
): Tensor {
  const weightsOf = splitMixture(space, mixture)
  const featureSums = mixFeatures(space, features, weightsOf)
  const cells: Tensor[] = []
  for (let cell = 0; cell < space.config.cells; cell++) {
    builder.scope(`cell ${cell}`, () => {
      const s = addWeighted(cells, weightsOf(`cell${cell}/edge`).slice(features.length), featureSums[cell])
      cells.push(buildCell(builder, space, cell, s, weightsOf, stepOf))
    })
  }
  return buildHead(builder, cells, classes)
}

/** One cell of a supernet, both inputs s. */
function buildCell(
  builder: Builder,
  space: FusionSpace,
  cell: number,
  s: Tensor,
  weightsOf: WeightsOf,
  stepOf: StepOf,
): Tensor {
  const nodes: Tensor[] = []
  for (let node = 0; node < space.config.steps; node++) {
    builder.scope(`step ${node}`, () => {
      const [x, y, ...earlier] = weightsOf(`cell${cell}/node${node}/edge`)
      const input = addWeighted(nodes, earlier, multiply(s, add(x, y)))
      const weights = weightsOf(`cell${cell}/node${node}/op`)
      const results = space.operations.map((operation, i) =>
        scale(buildOperation(builder, space, { cell, node, operation }, [input, input], stepOf), weights[i]),
      )
      nodes.push(results.reduce((sum, result) => add(sum, result)))
    })
  }
  return buildCellOutput(builder, space, cell, nodes, s)
}

/** The weights `[1]` of a decision's players. */
type WeightsOf = (decision: string) => Tensor[]

function splitMixture(space: FusionSpace, mixture: Tensor): WeightsOf {
  const players = playersOf(space)
  const weights = rowsOf(mixture)
  const decisions = decisionsOf(players)
  return (decision) => decisions.get(decision)!.map((i) => weights[i])
}

/** The weighted sum of the features at the input of every cell. */
function mixFeatures(space: FusionSpace, features: readonly Tensor[], weightsOf: WeightsOf): Tensor[] {
  const { cells } = space.config
  const weights = Array.from({ length: cells }, (_, cell) =>
    weightsOf(`cell${cell}/edge`).slice(0, features.length),
  )
  return weightedSums(features, reshape(concat(weights.flat(), 0), [cells, features.length]))
}

/** start + Σ wᵢ·xᵢ */
function addWeighted(xs: readonly Tensor[], weights: readonly Tensor[], start: Tensor): Tensor {
  return xs.reduce((sum, x, i) => add(sum, multiply(x, weights[i])), start)
}
