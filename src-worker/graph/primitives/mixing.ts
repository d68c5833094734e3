import { defineComposite } from '../primitive.ts'
import { elementCount, type Tensor } from '../tensor.ts'
import { concat, split } from './join.ts'
import { gemm } from './product.ts'
import { reshape } from './reshape.ts'

/**
 * yᵢ = Σⱼ wᵢⱼ · xⱼ. Inputs: the xⱼ, of one shape, and w[sums, terms]. Every result is a product of one row with all xⱼ
 * stacked, which reads each of them once; so is every gradient, dxⱼ = Σᵢ wᵢⱼ · dyᵢ.
 */
export const WeightedSums = defineComposite({
  name: 'WeightedSums',
  lower: (_graph, inputs) => {
    const xs = inputs.slice(0, -1)
    const stacked = stack(xs)
    const outputs = cut(inputs[xs.length], 0).map((row) => weigh(row, stacked, xs[0]))
    return { outputs, saved: [stacked] }
  },
  gradient: ({ inputs, saved: [stacked], needs }, dys) => {
    const xs = inputs.slice(0, -1)
    const weights = inputs[xs.length]
    const given = stack(dys)
    return [
      ...cut(weights, 1).map((column, j) => (needs(j) ? weigh(column, given, xs[j]) : undefined)),
      needs(xs.length) ? gemm(given, stacked, { transposeB: true }) : undefined,
    ]
  },
})

/** The sums Σⱼ wᵢⱼ · xⱼ, one for each row of w[sums, terms]. */
export function weightedSums(xs: readonly Tensor[], weights: Tensor): Tensor[] {
  return weights.graph.apply(WeightedSums, [...xs, weights])
}

/** Tensors of one shape as the rows of a matrix. */
function stack(xs: readonly Tensor[]): Tensor {
  const size = elementCount(xs[0].shape)
  return concat(
    xs.map((x) => reshape(x, [1, size])),
    0,
  )
}

/** The rows or the columns of a matrix. */
function cut(matrix: Tensor, axis: number): Tensor[] {
  return split(
    matrix,
    Array.from({ length: matrix.shape[axis] }, () => 1),
    axis,
  )
}

/** Σ weightᵢ · rowᵢ of the stacked rows, in the shape of `like`. */
function weigh(weights: Tensor, stacked: Tensor, like: Tensor): Tensor {
  return reshape(gemm(reshape(weights, [1, stacked.shape[0]]), stacked), like.shape)
}
