import type { Genotype } from '#contract/genotype.ts'
import { Problem } from '#contract/problem.ts'
import type { Tensor } from '../graph/tensor.ts'
import { encode } from './derive.ts'
import {
  buildCellOutput,
  buildHead,
  buildOperation,
  dictionariesAt,
  type FusionNetwork,
  inputsOf,
  readSteps,
  reshapeFeature,
} from './fusion.ts'
import type { FusionSpace } from './space.ts'

/**
 * The stand-alone network of a genotype. Its parameters have the names and shapes of the supernet's; features that no
 * cell reads are not among its inputs.
 * @throws Problem `bad-configuration` for a genotype that is not of this space.
 */
export function derivedNetwork(space: FusionSpace, genotype: Genotype, classes: number): FusionNetwork {
  encode(space, genotype)
  const sources = new Set(genotype.cells.flatMap((cell) => cell.inputs))
  const features = space.features.filter(({ id }) => sources.has(id))
  const dictionaries = dictionariesAt(
    space,
    genotype.cells.flatMap(({ nodes }, cell) =>
      nodes.map(({ operation }, node) => ({ cell, node, operation })),
    ),
  )
  return {
    inputs: inputsOf(space, features),
    classes,
    dictionaries,
    build(builder, inputs) {
      const stepOf = readSteps(builder, dictionaries)
      const outputs = new Map<string, Tensor>()
      for (const { id } of features) outputs.set(id, reshapeFeature(builder, space, id, inputs[id]))
      const cells = genotype.cells.map((cell, i) =>
        builder.scope(`cell ${i}`, () => {
          const [x, y] = cell.inputs.map((source) => outputs.get(source)!)
          const predecessors = new Map([
            ['x', x],
            ['y', y],
          ])
          const nodes = cell.nodes.map(({ operation, inputs: [first, second] }, j) =>
            builder.scope(`step ${j}`, () => {
              const pair = [predecessors.get(first)!, predecessors.get(second)!] as const
              const z = buildOperation(builder, space, { cell: i, node: j, operation }, pair, stepOf)
              predecessors.set(`node${j}`, z)
              return z
            }),
          )
          const output = buildCellOutput(builder, space, i, nodes, x)
          outputs.set(`cell${i}`, output)
          return output
        }),
      )
      return buildHead(builder, cells, classes)
    },
  }
}

/** Where a parameter stands in a flat vector of weights. */
interface Placed {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
}

/**
 * Weights for a network whose parameters are among those of another, copied by name: a derived network with the
 * supernet's weights.
 * @throws Problem `internal` for a parameter that the other network does not have in this shape.
 */
export function inheritWeights(
  from: readonly Placed[],
  to: readonly Placed[],
  weights: Float32Array,
): Float32Array {
  const byName = new Map(from.map((parameter) => [parameter.name, parameter]))
  const size = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1)
  const inherited = new Float32Array(to.reduce((sum, { shape }) => sum + size(shape), 0))
  for (const { name, shape, offset } of to) {
    const origin = byName.get(name)
    if (!origin || origin.shape.join() !== shape.join())
      throw new Problem('internal', name, `no parameter [${shape}] of this name to inherit`)
    inherited.set(weights.subarray(origin.offset, origin.offset + size(shape)), offset)
  }
  return inherited
}
