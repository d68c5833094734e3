import { Problem } from '#contract/problem.ts'
import { Graph } from '../graph/graph.ts'
import { reshape, split } from '../graph/functions.ts'
import { elementCount, type Shape, type Tensor } from '../graph/tensor.ts'
import type { Random } from '../random.ts'
import { buildNetwork } from './builder.ts'
import type { Initial, Network } from './network.ts'

/** A parameter and its place in the flat vector of weights. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: Shape
  readonly initial: Initial
  readonly offset: number
}

/** A batch norm and its place in the flat vector of statistics: mean[channels], then variance[channels]. */
export interface StatisticsSpec {
  readonly name: string
  readonly channels: number
  readonly offset: number
}

/** An extra input of a network (mixture weights, dictionary steps). */
interface ExtraSpec {
  readonly name: string
  readonly shape: Shape
}

/** Everything that a network declares while it is built, in the order of building. */
export interface Layout {
  readonly parameters: readonly ParameterSpec[]
  readonly statistics: readonly StatisticsSpec[]
  readonly extras: readonly ExtraSpec[]
  /** Elements of each dropout in a batch, with its rate. */
  readonly dropouts: readonly { readonly count: number; readonly rate: number }[]
  readonly taps: Readonly<Record<string, Shape>>
  /** Elements of the flat vectors. */
  readonly weightCount: number
  readonly statisticsCount: number
}

/** Builds a network once for a batch of `batch` samples, only to see what it declares. */
export function layoutOf(network: Network, batch = 2): Layout {
  const graph = new Graph()
  const parameters: ParameterSpec[] = []
  const statistics: StatisticsSpec[] = []
  const extras: ExtraSpec[] = []
  const dropouts: { count: number; rate: number }[] = []
  const names = new Set<string>()
  const claim = (name: string) => {
    if (names.has(name))
      throw new Problem('internal', graph.where || 'network', `two parameters are named ${name}`)
    names.add(name)
  }
  let weightCount = 0
  let statisticsCount = 0
  const { taps } = buildNetwork(network, graph, {
    batch,
    parameter: (name, shape, initial) => {
      claim(name)
      parameters.push({ name, shape, initial, offset: weightCount })
      weightCount += elementCount(shape)
      return graph.input(name, shape)
    },
    normalise: (name, x) => {
      const channels = x.shape.at(-1)!
      statistics.push({ name, channels, offset: statisticsCount })
      statisticsCount += 2 * channels
      return x
    },
    dropout: (x, rate) => {
      dropouts.push({ count: elementCount(x.shape), rate })
      return x
    },
    extra: (name, shape) => {
      extras.push({ name, shape })
      return graph.input(`extra ${name}`, shape)
    },
    networkInput: (name, shape) => graph.input(`input ${name}`, shape),
  })
  return {
    parameters,
    statistics,
    extras,
    dropouts,
    taps: Object.fromEntries(Object.entries(taps).map(([name, tensor]) => [name, tensor.shape])),
    weightCount,
    statisticsCount,
  }
}

/** The parameters of a network in the order of the flat vector of weights. */
export function parametersOf(network: Network): readonly ParameterSpec[] {
  return layoutOf(network).parameters
}

/** The batch norms of a network in the order of the flat vector of statistics. */
export function statisticsOf(network: Network): readonly StatisticsSpec[] {
  return layoutOf(network).statistics
}

/** Fresh weights, flat. The numbers of one parameter depend on those before it: use one stream for a network. */
export function initialise(specs: readonly ParameterSpec[], random: Random): Float32Array {
  const weights = new Float32Array(specs.reduce((sum, spec) => sum + elementCount(spec.shape), 0))
  for (const { shape, initial, offset } of specs) {
    const target = weights.subarray(offset, offset + elementCount(shape))
    for (let i = 0; i < target.length; i++) target[i] = draw(initial, random)
  }
  return weights
}

function draw(initial: Initial, random: Random): number {
  switch (initial.kind) {
    case 'zeros':
      return 0
    case 'ones':
      return 1
    case 'uniform':
      return (2 * random.next() - 1) * initial.bound
    case 'normal':
      return random.normal() * initial.deviation
  }
}

/**
 * The parameters inside a graph, by name: `flat` split into pieces, and each piece in its own shape. The pieces are
 * what gradients are taken of, so that they join to a flat vector again.
 */
export function unpackWeights(
  flat: Tensor,
  parameters: readonly ParameterSpec[],
): { pieces: Tensor[]; byName: ReadonlyMap<string, Tensor> } {
  const sizes = parameters.map(({ shape }) => elementCount(shape))
  const pieces = split(flat, sizes, 0)
  return {
    pieces,
    byName: new Map(parameters.map(({ name, shape }, i) => [name, reshape(pieces[i], shape)])),
  }
}

/** The statistics inside a graph, by the name of the batch norm, from the flat vector. */
export function unpackStatistics(
  flat: Tensor,
  statistics: readonly StatisticsSpec[],
): ReadonlyMap<string, { mean: Tensor; variance: Tensor }> {
  const pieces = split(
    flat,
    statistics.flatMap(({ channels }) => [channels, channels]),
    0,
  )
  return new Map(
    statistics.map(({ name }, i) => [name, { mean: pieces[2 * i], variance: pieces[2 * i + 1] }]),
  )
}
