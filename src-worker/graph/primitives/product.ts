import { definePrimitive } from '../primitive.ts'
import { broadcastShapes, elementCount, type Tensor } from '../tensor.ts'
import { add } from './arithmetic.ts'
import { reduceTo, reshape, transpose, transposeLast } from './reshape.ts'

export interface GemmAttributes {
  transposeA: boolean
  transposeB: boolean
  alpha: number
}

/** α·A·B + bias, A and B optionally transposed. Inputs: A[M, K], B[K, N], and bias, broadcast to [M, N]. */
export const Gemm = definePrimitive<GemmAttributes>({
  name: 'Gemm',
  infer: ([a, b, bias], { transposeA, transposeB }, fail) => {
    if (a.shape.length !== 2 || b.shape.length !== 2) fail('both must be matrices')
    const [m, k] = transposeA ? a.shape.toReversed() : a.shape
    const [k2, n] = transposeB ? b.shape.toReversed() : b.shape
    if (k !== k2) fail(`the inner sizes ${k} and ${k2} differ`)
    if (bias && broadcastShapes(bias.shape, [1, n])?.at(-1) !== n) fail('the bias does not broadcast')
    return [{ shape: [m, n], dtype: a.dtype }]
  },
  emit: (_graph, { transposeA, transposeB, alpha }) => ({
    attributes: {
      ...(transposeA && { transA: 1 }),
      ...(transposeB && { transB: 1 }),
      ...(alpha !== 1 && { alpha: { float: alpha } }),
    },
  }),
  gradient: ({ inputs: [a, b, bias], attributes: { transposeA, transposeB, alpha }, needs }, [dy]) => {
    // AᵀA: one product with dy + dyᵀ instead of one for each side.
    if (a === b && transposeA && !transposeB && !bias)
      return [gemm(a, add(dy, transpose(dy, [1, 0])), { alpha }), undefined]
    return [
      needs(0)
        ? transposeA
          ? gemm(b, dy, { transposeA: transposeB, transposeB: true, alpha })
          : gemm(dy, b, { transposeB: !transposeB, alpha })
        : undefined,
      needs(1)
        ? transposeB
          ? gemm(dy, a, { transposeA: true, transposeB: transposeA, alpha })
          : gemm(a, dy, { transposeA: !transposeA, alpha })
        : undefined,
      ...(bias ? [needs(2) ? biasGradient(dy, bias) : undefined] : []),
    ]
  },
})

/** Matrix products over leading axes, which broadcast. */
export const MatMul = definePrimitive({
  name: 'MatMul',
  infer: ([a, b], _attributes, fail) => {
    if (a.shape.length < 2 || b.shape.length < 2) fail('both must be matrices')
    if (a.shape.at(-1) !== b.shape.at(-2))
      fail(`the inner sizes ${a.shape.at(-1)} and ${b.shape.at(-2)} differ`)
    const leading =
      broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)) ?? fail('leading axes do not broadcast')
    return [{ shape: [...leading, ...a.shape.slice(-2, -1), ...b.shape.slice(-1)], dtype: a.dtype }]
  },
  gradient: ({ inputs: [a, b], needs }, [dy]) => [
    needs(0) ? reduceTo(matmul(dy, transposeLast(b)), a.shape) : undefined,
    needs(1) ? reduceTo(matmul(transposeLast(a), dy), b.shape) : undefined,
  ],
})

interface GemmOptions {
  transposeA?: boolean
  transposeB?: boolean
  /** Shape [N], [1, N] or [M, N]; α does not scale it. */
  bias?: Tensor
  alpha?: number
}

export function gemm(a: Tensor, b: Tensor, options: GemmOptions = {}): Tensor {
  const { transposeA = false, transposeB = false, alpha = 1, bias } = options
  return a.graph.apply(Gemm, bias ? [a, b, bias] : [a, b], { transposeA, transposeB, alpha })[0]
}

/** Matrix product over leading axes; [.., K] × [K, N] runs as one Gemm over all rows, with an optional bias [N]. */
export function matmul(a: Tensor, b: Tensor, bias?: Tensor): Tensor {
  if (b.shape.length !== 2) {
    const product = a.graph.apply(MatMul, [a, b])[0]
    return bias ? add(product, bias) : product
  }
  const width = a.shape.at(-1)!
  const rows = reshape(a, [elementCount(a.shape.slice(0, -1)), width])
  return reshape(gemm(rows, b, { bias }), [...a.shape.slice(0, -1), b.shape[1]])
}

/**
 * α · Σ over rows of x[R, C] → [1, C], as a product: faster than ReduceSum, and one fixed order. α stands in the vector,
 * because ONNX Runtime has a fast way for one row times a matrix only where nothing scales the product.
 */
export function sumRows(x: Tensor, alpha = 1): Tensor {
  const factors = x.graph.constant(new Float32Array(x.shape[0]).fill(alpha), [1, x.shape[0]])
  return gemm(factors, x)
}

/** Σ over columns of x[R, D] · w[D] → [R, 1]; the vector stands on the left, where its product has the fast way. */
export function weighColumns(x: Tensor, weights: Tensor): Tensor {
  const [rows, width] = x.shape
  return reshape(gemm(reshape(weights, [1, width]), x, { transposeB: true }), [rows, 1])
}

function biasGradient(dy: Tensor, bias: Tensor): Tensor {
  const perColumn = elementCount(bias.shape) === dy.shape[1]
  return perColumn ? reshape(sumRows(dy), bias.shape) : reduceTo(dy, bias.shape)
}
