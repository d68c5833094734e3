import { add, gemm, multiply, reshape } from '../../graph/functions.ts'
import type { GraphNode } from '../../graph/graph.ts'
import type { Tensor } from '../../graph/tensor.ts'
import { prepare } from '../../space/layers.ts'

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

/** The plain product that a tensor is, seen through changes of shape; the graph being built has it last. */
function productBehind(x: Tensor): GraphNode | undefined {
  const node = x.graph.nodes.findLast(({ outputs }) => outputs.some(({ name }) => name === x.name))
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
