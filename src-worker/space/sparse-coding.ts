import {
  add,
  col2im1d,
  concat,
  divide,
  gemm,
  im2col1d,
  matmul,
  multiply,
  relu,
  reshape,
  scaleColumns,
  softThreshold,
  split,
  sqrt,
  subtract,
  transpose,
} from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'
import { prepare } from './layers.ts'
import { gramOf } from './gram.ts'

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
 * @param options.fixedWeights The dictionary serves many inputs: AᵀA is worked out as one operator, which pays then.
 */
export function sparseCode(
  parts: readonly Tensor[],
  dictionary: Tensor,
  step: Tensor,
  options: SparseCoding & { readonly fixedWeights?: boolean },
): Tensor {
  const { outputs, taps, root, atoms, threshold, damping } = prepare(dictionary, () =>
    scaleAtoms(dictionary, step, options),
  )
  const shrink = (v: Tensor): Tensor => {
    const small = options.nonNegative
      ? relu(subtract(v, threshold))
      : options.lambda1 > 0
        ? softThreshold(v, threshold)
        : v
    return options.lambda2 > 0 ? divide(small, damping) : small
  }

  const drive = multiply(analyseParts(parts, atoms, taps), root)
  const asOne =
    drive.shape[1] >= taps &&
    options.iterations > 1 &&
    (options.fixedWeights || savesProducts(drive, dictionary, options.iterations))
  const gram = asOne ? prepare(dictionary, () => gramOf(atoms, outputs, taps)) : undefined
  /** from − AᵀAz */
  const descend = (from: Tensor, z: Tensor): Tensor =>
    gram ? gram(from, z) : subtract(from, analyse(synthesise(z, atoms, taps), atoms, taps))
  let code = shrink(drive)
  let point = code
  let t = 1
  for (let iteration = 2; iteration <= options.iterations; iteration++) {
    const next = shrink(descend(add(point, drive), point))
    t = (1 + Math.sqrt(1 + 4 * t * t)) / 2
    if (iteration < options.iterations) {
      const momentum = (t - 1) / ((1 + Math.sqrt(1 + 4 * t * t)) / 2)
      point = add(next, multiply(subtract(next, code), momentum))
    }
    code = next
  }
  return code
}

/**
 * Whether a training step takes clearly fewer multiplications with AᵀA as one operator than with A and Aᵀ one after the
 * other; its gradient takes twice those of every product, but only once for AᵀA itself, which is symmetric.
 */
function savesProducts(code: Tensor, dictionary: Tensor, iterations: number): boolean {
  const [inputs, outputs, taps] = dictionary.shape
  const rows = code.shape[0] * code.shape[1]
  if (rows < 0) return false
  const apart = 3 * (iterations - 1) * rows * 2 * inputs * taps * outputs
  const asOne =
    2 * inputs * (taps * outputs) ** 2 + 3 * (iterations - 1) * rows * (2 * taps - 1) * outputs ** 2
  return asOne < 0.9 * apart
}

/** What depends on a dictionary and its step alone. */
function scaleAtoms(dictionary: Tensor, step: Tensor, { lambda1, lambda2 }: SparseCoding) {
  const [inputs, outputs, taps] = dictionary.shape
  const rows = reshape(taps === 1 ? dictionary : transpose(dictionary, [0, 2, 1]), [inputs * taps, outputs])
  // √τ·A: the product of the scaled operator and its adjoint is τ·AᵀA.
  const root = sqrt(step)
  const atoms = reshape(scaleColumns(rows, root), [inputs, taps * outputs])
  const threshold = multiply(step, lambda1)
  return { outputs, taps, root, atoms, threshold, damping: add(multiply(step, 2 * lambda2), 1) }
}

/** Aᵀu for u in parts. */
function analyseParts(parts: readonly Tensor[], atoms: Tensor, taps: number): Tensor {
  const [x, y] = parts
  if (y === undefined) return analyse(x, atoms, taps)
  if (x !== y) return analyse(concat([x, y], 2), atoms, taps)
  const half = atoms.shape[0] / 2
  const folded = prepare(atoms, () => {
    const [first, second] = split(atoms, [half, half], 0)
    return add(first, second)
  })
  return analyse(x, folded, taps)
}

/** A z: the taps of every position's neighbourhood times the atoms `[inputs, taps·outputs]`, transposed. */
function synthesise(z: Tensor, atoms: Tensor, taps: number): Tensor {
  const [batch, length] = z.shape
  const columns = reshape(taps === 1 ? z : im2col1d(z, taps), [batch * length, atoms.shape[1]])
  return reshape(gemm(columns, atoms, { transposeB: true }), [batch, length, atoms.shape[0]])
}

/** Aᵀr, step by step the transpose of `synthesise`: r times the atoms, the taps added where they came from. */
function analyse(r: Tensor, atoms: Tensor, taps: number): Tensor {
  const columns = matmul(r, atoms)
  return taps === 1 ? columns : col2im1d(columns, taps)
}
