import {
  add,
  concat,
  divide,
  gemm,
  im2col1d,
  matmul,
  maximum,
  multiply,
  reduceSum,
  relu,
  reshape,
  reverse,
  softThreshold,
  split,
  sqrt,
  subtract,
  transpose,
} from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'

/** What a sparse coding layer minimises, and how far it goes. */
export interface SparseCoding {
  /** Weight of ‖z‖₁. */
  readonly lambda1: number
  /** Weight of ‖z‖₂². */
  readonly lambda2: number
  readonly iterations: number
  /** Only codes z ≥ 0. */
  readonly nonNegative: boolean
}

/**
 * The code z `[batch, length, outputs]` of an input u `[batch, length, inputs]`: after some iterations of FISTA from
 * zero towards the minimum of ½‖u − Az‖² + λ₁‖z‖₁ + λ₂‖z‖₂² (SM-ShapNAS, Eqs. 1 and 2), with zero padding and the
 * dictionary's atoms scaled to unit norm. Everything is differentiable but the step.
 *
 * The residual's Aᵀ(u − Ay) is taken as Aᵀu − AᵀAy, because Aᵀu is the same in every iteration.
 *
 * @param parts u in one part, or in two that stand one after the other along the channels. Where both parts are the
 * same tensor, Aᵀ[s; s] = (A₁ + A₂)ᵀs is computed at half the cost.
 * @param dictionary V `[inputs, outputs, taps]`, taps odd.
 * @param step τ, a scalar of at most 1/‖A‖². A larger one lets the iterations grow.
 */
export function sparseCode(
  parts: readonly Tensor[],
  dictionary: Tensor,
  step: Tensor,
  options: SparseCoding,
): Tensor {
  const [inputs, outputs, taps] = dictionary.shape
  const byTap = reshape(taps === 1 ? dictionary : transpose(dictionary, [0, 2, 1]), [inputs, taps, outputs])
  const norms = maximum(sqrt(reduceSum(multiply(byTap, byTap), [0, 1], { keepDims: false })), 1e-12)
  const atoms = divide(byTap, norms)
  // A z = im2col(z)·synthesisᵀ
  const synthesis = reshape(atoms, [inputs, taps * outputs])
  // τ·Aᵀr = im2col(r)·analysis, the atoms flipped
  const analysis = multiply(
    taps === 1 ? reshape(atoms, [1, inputs, outputs]) : reverse(transpose(atoms, [1, 0, 2]), 0),
    step,
  )

  const threshold = multiply(step, options.lambda1)
  const shrink = (v: Tensor): Tensor => {
    const small = options.nonNegative
      ? relu(subtract(v, threshold))
      : options.lambda1 > 0
        ? softThreshold(v, threshold)
        : v
    return options.lambda2 > 0 ? divide(small, add(multiply(step, 2 * options.lambda2), 1)) : small
  }

  const drive = analyse(parts, analysis)
  const rowsOfAnalysis = reshape(analysis, [taps * inputs, outputs])
  let code = shrink(drive)
  let point = code
  let t = 1
  for (let iteration = 2; iteration <= options.iterations; iteration++) {
    const represented = synthesise(point, synthesis, taps)
    const correction = matmul(columnsOf(represented, taps), rowsOfAnalysis)
    const next = shrink(subtract(add(point, drive), correction))
    t = (1 + Math.sqrt(1 + 4 * t * t)) / 2
    if (iteration < options.iterations) {
      const momentum = (t - 1) / ((1 + Math.sqrt(1 + 4 * t * t)) / 2)
      point = add(next, multiply(subtract(next, code), momentum))
    }
    code = next
  }
  return code
}

/** τ·Aᵀu for the weights `[taps, inputs, outputs]`. */
function analyse(parts: readonly Tensor[], weights: Tensor): Tensor {
  const [taps, inputs, outputs] = weights.shape
  const [x, y] = parts
  if (y === undefined || x !== y) {
    const u = y === undefined ? x : concat([x, y], 2)
    return matmul(columnsOf(u, taps), reshape(weights, [taps * inputs, outputs]))
  }
  const [first, second] = split(weights, [inputs / 2, inputs / 2], 1)
  return matmul(columnsOf(x, taps), reshape(add(first, second), [(taps * inputs) / 2, outputs]))
}

/** A z for the weights `[inputs, taps·outputs]`. */
function synthesise(z: Tensor, weights: Tensor, taps: number): Tensor {
  const [batch, length] = z.shape
  const columns = reshape(columnsOf(z, taps), [batch * length, weights.shape[1]])
  return reshape(gemm(columns, weights, { transposeB: true }), [batch, length, weights.shape[0]])
}

function columnsOf(x: Tensor, taps: number): Tensor {
  return taps === 1 ? x : im2col1d(x, taps)
}
