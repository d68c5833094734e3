import { Graph } from '../graph/graph.ts'
import { elementCount } from '../graph/tensor.ts'
import { buildNetwork } from './builder.ts'
import type { Network } from './network.ts'

/** What a network costs, whatever machine runs it. */
export interface Cost {
  /** Trained numbers, the weights and biases of batch norm among them. */
  readonly parameters: number
  /** Multiply-adds of the matrix products for one sample; elementwise work is left out. */
  readonly multiplyAdds: number
}

/** Counts parameters and multiply-adds on the graph that a network builds for one sample. */
export function costOf(network: Network): Cost {
  const graph = new Graph({ name: 'cost' })
  let parameters = 0
  buildNetwork(network, graph, {
    batch: 1,
    parameter(name, shape) {
      parameters += elementCount(shape)
      return graph.input(name, shape)
    },
    normalise: (_name, x) => x,
    extra: (name, shape) => graph.input(`extra ${name}`, shape),
    networkInput: (name, shape) => graph.input(`input ${name}`, shape),
  })
  let multiplyAdds = 0
  for (const { primitive, inputs, outputs } of graph.nodes) {
    if (primitive.name !== 'Gemm' && primitive.name !== 'MatMul') continue
    const [rows] = outputs[0].shape.slice(-2)
    const depth = elementCount(inputs[0].shape.slice(-2)) / rows
    multiplyAdds += elementCount(outputs[0].shape) * depth
  }
  return { parameters, multiplyAdds }
}
