import { Problem } from '#contract/problem.ts'
import type { Graph } from '../graph/graph.ts'
import { elementCount, sameShape, type Shape, type Tensor } from '../graph/tensor.ts'
import { reshape } from '../graph/functions.ts'
import type { Builder, Built, Initial, Network } from './network.ts'

/** Where the tensors of a network come from in one kind of graph: training, inference, export. */
export interface Sources {
  /** Samples in a batch; −1 for a symbolic batch. */
  readonly batch: number
  readonly fixedWeights?: boolean
  parameter(name: string, shape: Shape, initial: Initial): Tensor
  /** Batch norm of the rows x[R, C]. */
  normalise(name: string, x: Tensor, weight: Tensor, bias: Tensor): Tensor
  /** The identity when omitted. */
  dropout?(x: Tensor, rate: number): Tensor
  extra(name: string, shape: Shape): Tensor
  /** An input of the network, its shape including the batch axis. */
  networkInput(name: string, shape: Shape): Tensor
}

/** Builds a network into a graph, taking its tensors from `sources`. */
export function buildNetwork(network: Network, graph: Graph, sources: Sources): Built {
  const extras = new Map<string, Tensor>()
  const builder: Builder = {
    graph,
    batch: sources.batch,
    fixedWeights: sources.fixedWeights,
    parameter: sources.parameter,
    batchNorm: (name, x) => {
      const channels = x.shape.at(-1)!
      const weight = sources.parameter(`${name}/weight`, [channels], { kind: 'ones' })
      const bias = sources.parameter(`${name}/bias`, [channels], { kind: 'zeros' })
      const rows = reshape(x, [elementCount(x.shape.slice(0, -1)), channels])
      return reshape(sources.normalise(name, rows, weight, bias), x.shape)
    },
    dropout: (x, rate) => (rate > 0 && sources.dropout ? sources.dropout(x, rate) : x),
    input: (name, shape) => {
      const extra = extras.get(name) ?? sources.extra(name, shape)
      if (!sameShape(extra.shape, shape))
        throw new Problem(
          'shape-mismatch',
          graph.where || name,
          `extra ${name} is [${extra.shape}], not [${shape}]`,
        )
      extras.set(name, extra)
      return extra
    },
    scope: (name, build) => graph.scope(name, build),
  }
  const inputs = Object.fromEntries(
    Object.entries(network.inputs).map(([name, { shape }]) => [
      name,
      sources.networkInput(name, [sources.batch, ...shape]),
    ]),
  )
  const result = network.build(builder, inputs)
  return 'logits' in result ? result : { logits: result, taps: {} }
}
