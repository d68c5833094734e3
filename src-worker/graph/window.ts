import { Problem } from '#contract/problem.ts'
import { add } from './primitives/arithmetic.ts'
import { pad, slice } from './primitives/crop.ts'
import { gather } from './primitives/gather.ts'
import { concat, split } from './primitives/join.ts'
import { reduceMax } from './primitives/reduction.ts'
import { reshape } from './primitives/reshape.ts'
import { maximum } from './primitives/selection.ts'
import type { Tensor } from './tensor.ts'

/**
 * The k neighbours of every position, side by side: x[B, L, C] → [B, L, k·C], column t·C + c holding
 * x[b, l + t − (k−1)/2, c], zero outside. A convolution is then one Gemm. k is odd.
 */
export function im2col1d(x: Tensor, k: number): Tensor {
  return concat(
    offsets(k).map((shift) => shifted(x, shift)),
    2,
  )
}

/** The transpose of im2col1d: columns[B, L, k·C] → [B, L, C], every column added at the position it was taken from. */
export function col2im1d(columns: Tensor, k: number): Tensor {
  const channels = columns.shape[2] / k
  const taps = split(
    columns,
    Array.from({ length: k }, () => channels),
    2,
  )
  return offsets(k)
    .map((shift, t) => shifted(taps[t], -shift))
    .reduce((sum, tap) => add(sum, tap))
}

/** Maxima of 2 × 2 windows: x[B, H, W, C] → [B, ⌊H/2⌋, ⌊W/2⌋, C]; an odd last row or column is cut off. */
export function maxPool2x2(x: Tensor): Tensor {
  return halve(halve(x, 1), 2)
}

/** Maxima of n windows along T: x[B, T, C] → [B, n, C]; window i is ⌊iT/n⌋ … ⌈(i+1)T/n⌉ − 1, for any T ≥ 1. */
export function adaptiveMaxPool1d(x: Tensor, n: number): Tensor {
  return adaptivePoolAxis(x, 1, n)
}

/** Maxima of n × n windows: x[B, H, W, C] → [B, n, n, C]; windows along each axis as in adaptiveMaxPool1d. */
export function adaptiveMaxPool2d(x: Tensor, n: number): Tensor {
  return adaptivePoolAxis(adaptivePoolAxis(x, 1, n), 2, n)
}

function offsets(k: number): number[] {
  if (k % 2 !== 1) throw new Problem('internal', 'im2col', `the window ${k} is not odd`)
  return Array.from({ length: k }, (_, t) => t - (k - 1) / 2)
}

/** y[b, l, c] = x[b, l + shift, c], zero outside. A shift beyond the axis leaves zeros only. */
function shifted(x: Tensor, shift: number): Tensor {
  const length = x.shape[1]
  if (Math.abs(shift) < length) return pad(x, 1, 0 - shift, shift)
  const widened = pad(x, 1, length, length)
  return shift < 0 ? slice(widened, 1, 0, length) : slice(widened, 1, 2 * length, 3 * length)
}

/** The larger of every two neighbours along an axis. */
function halve(x: Tensor, axis: number): Tensor {
  const half = Math.floor(x.shape[axis] / 2)
  const whole = slice(x, axis, 0, 2 * half)
  const [left, right] = split(reshape(whole, x.shape.toSpliced(axis, 1, half, 2)), [1, 1], axis + 1)
  return reshape(maximum(left, right), x.shape.toSpliced(axis, 1, half))
}

/** Maxima of n windows along one axis. Windows of unequal size repeat an element, which changes no maximum. */
function adaptivePoolAxis(x: Tensor, axis: number, n: number): Tensor {
  const length = x.shape[axis]
  if (length === n) return x
  if (length % n === 0) return reduceMax(reshape(x, x.shape.toSpliced(axis, 1, n, length / n)), [axis + 1])
  const start = (i: number) => Math.floor((i * length) / n)
  const end = (i: number) => Math.ceil(((i + 1) * length) / n)
  const windows = Array.from({ length: n }, (_, i) => ({ start: start(i), end: end(i) }))
  const width = Math.max(...windows.map((window) => window.end - window.start))
  const indices = windows.flatMap((window) =>
    Array.from({ length: width }, (_, j) => Math.min(window.start + j, window.end - 1)),
  )
  return reduceMax(gather(x, x.graph.constant(indices, [n, width], 'int64'), axis), [axis + 1])
}
