import { add, gemm, multiply, reshape, split } from '../graph/functions.ts'
import type { GraphNode } from '../graph/graph.ts'
import type { Tensor } from '../graph/tensor.ts'
import { prepare } from './layers.ts'

/** What a batch norm of fixed statistics does to every channel: x · scale + shift, both `[channels]`. */
interface Line {
  readonly scale: Tensor
  readonly shift: Tensor
}

/**
 * A batch norm of fixed statistics over x `[R, channels]`. Where x is a product with weights, the norm goes into the
 * weights, (a·W + b)·scale + shift = a·(W·scale) + (b·scale + shift), which saves two passes over x.
 */
export function normaliseFixed(x: Tensor, { scale, shift }: Line): Tensor {
  const product = productBehind(x)
  if (!product) return add(multiply(x, scale), shift)
  const [a, weights, bias] = product.inputs
  const folded = prepare(weights, () => ({
    weights: multiply(weights, scale),
    bias: bias ? add(multiply(bias, scale), shift) : shift,
  }))
  return reshape(gemm(a, folded.weights, { bias: folded.bias }), x.shape)
}

/**
 * The two halves of the channels of x `[batch, length, 2·channels]`. Where x is a product with weights, these are
 * parted instead, so that x is not copied.
 */
export function halveFixed(x: Tensor): Tensor[] {
  const [batch, length, channels] = x.shape
  const sizes = [channels / 2, channels / 2]
  const product = productBehind(x)
  const [a, weights, bias] = product?.inputs ?? []
  if (!a || !bias) return split(x, sizes, 2)
  const parted = prepare(weights, () => ({
    weights: split(weights, sizes, 1),
    biases: prepare(bias, () => split(bias, sizes, 0)),
  }))
  return parted.weights.map((half, i) =>
    reshape(gemm(a, half, { bias: parted.biases[i] }), [batch, length, sizes[i]]),
  )
}

/** The plain product that a tensor is, seen through changes of shape. */
function productBehind(x: Tensor): GraphNode | undefined {
  const node = x.graph.producerOf(x)
  if (node?.primitive.name === 'Reshape') return productBehind(node.inputs[0])
  if (node?.primitive.name !== 'Gemm') return undefined
  const { transposeA, transposeB, alpha } = node.attributes as {
    transposeA: boolean
    transposeB: boolean
    alpha: number
  }
  const perChannel = node.inputs[2] === undefined || node.inputs[2].shape.length === 1
  return transposeA || transposeB || alpha !== 1 || !perChannel ? undefined : node
}
