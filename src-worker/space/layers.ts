import { layerNorm, matmul, relu, split } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'
import { type Builder, torchLinear } from '../training/network.ts'

/** Layer norm of `[batch, length, channels]` over length and channels together, with an affine of that size. */
export function layerNormOfBoth(builder: Builder, name: string, x: Tensor): Tensor {
  const [, length, channels] = x.shape
  const weight = builder.parameter(`${name}/weight`, [length, channels], { kind: 'ones' })
  const bias = builder.parameter(`${name}/bias`, [length, channels], { kind: 'zeros' })
  return layerNorm(x, weight, bias, 2)
}

/**
 * 1×1 convolution, batch norm, ReLU, dropout: `[batch, length, inputs]` → `[batch, length, outputs]`, with the
 * parameters `w`, `b` and `norm` under a path.
 */
export function project(builder: Builder, path: string, x: Tensor, outputs: number, dropout: number): Tensor {
  const inputs = x.shape[2]
  const w = builder.parameter(`${path}/w`, [inputs, outputs], torchLinear(inputs))
  const bias = builder.parameter(`${path}/b`, [outputs], torchLinear(inputs))
  return builder.dropout(relu(builder.batchNorm(`${path}/norm`, matmul(x, w, bias))), dropout)
}

/** An affine map of `[batch, inputs]`, with the parameters `w` and `b` under a path. */
export function affine(builder: Builder, path: string, x: Tensor, outputs: number): Tensor {
  const inputs = x.shape[1]
  const w = builder.parameter(`${path}/w`, [inputs, outputs], torchLinear(inputs))
  const bias = builder.parameter(`${path}/b`, [outputs], torchLinear(inputs))
  return matmul(x, w, bias)
}

/** The rows of a tensor, each `[1, …]`. */
export function rowsOf(x: Tensor): Tensor[] {
  const count = x.shape[0]
  const sizes = Array.from({ length: count }, () => 1)
  return count > 1 ? split(x, sizes, 0) : [x]
}

/**
 * What is made of a tensor of weights alone, built in the graph that holds it: outside a loop, once for all turns, where
 * the weights are outside.
 */
export function prepare<T>(weight: Tensor, build: () => T): T {
  return weight.graph.within(weight.graph, build)
}
