import { add, concat, gemm, im2col1d, reshape, split } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'

/**
 * AᵀA of a sparse coding layer as one operator: a convolution of 2·taps − 1 taps from outputs to outputs, whatever the
 * number of inputs. It does not know that A's results end with the positions, so what it takes from beyond both ends
 * comes off: a product over the first and one over the last ⌊taps/2⌋ positions.
 *
 * @param atoms `[inputs, taps·outputs]`, whose part t is A at tap t.
 * @returns from − AᵀAz of two tensors `[batch, length, outputs]`, length at least taps.
 */
export function gramOf(atoms: Tensor, outputs: number, taps: number): (from: Tensor, z: Tensor) => Tensor {
  const reach = (taps - 1) / 2
  const blocks = blocksOf(gemm(atoms, atoms, { transposeA: true }), outputs, taps)
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const sum = (tensors: Tensor[]) => tensors.reduce((total, tensor) => add(total, tensor))
  const within = (t: number) => t >= 0 && t < taps

  const kernel = concat(
    range(1 - taps, taps - 1).map((d) =>
      sum(range(0, taps - 1).flatMap((t) => (within(t + d) ? [blocks[t + d][t]] : []))),
    ),
    0,
  )
  /** What positions n give to positions m by way of those that do not exist, the l-th before or after the ends. */
  const beyond = (tapOf: (position: number, l: number) => number) =>
    concat(
      range(0, reach - 1).map((n) =>
        concat(
          range(0, reach - 1).map((m) =>
            sum(
              range(1, reach).flatMap((l) => {
                const [from, to] = [tapOf(n, l), tapOf(m, l)]
                return within(from) && within(to) ? [blocks[from][to]] : []
              }),
            ),
          ),
          1,
        ),
      ),
      0,
    )
  const before = reach > 0 ? beyond((n, l) => n + l + reach) : undefined
  const after = reach > 0 ? beyond((n, l) => n + 1 - l) : undefined

  return (from, z) => {
    const [batch, length] = z.shape
    const columns = reshape(taps === 1 ? z : im2col1d(z, 2 * taps - 1), [batch * length, kernel.shape[0]])
    const bias = reshape(from, [batch * length, outputs])
    const whole = reshape(gemm(columns, kernel, { alpha: -1, bias }), z.shape)
    if (!before || !after) return whole
    const middle = length - 2 * reach
    const [first, , last] = split(z, [reach, middle, reach], 1)
    const [start, inner, end] = split(whole, [reach, middle, reach], 1)
    const restore = (part: Tensor, weights: Tensor, to: Tensor) =>
      add(to, reshape(gemm(reshape(part, [batch, reach * outputs]), weights), to.shape))
    return concat([restore(first, before, start), inner, restore(last, after, end)], 1)
  }
}

/** blocks[t][u]: the products of A at tap t with A at tap u, `[outputs, outputs]`. */
function blocksOf(gram: Tensor, outputs: number, taps: number): Tensor[][] {
  const sizes = Array.from({ length: taps }, () => outputs)
  return split(gram, sizes, 0).map((row) => split(row, sizes, 1))
}
