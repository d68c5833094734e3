import { Problem } from '#contract/problem.ts'
import { add } from './primitives/arithmetic.ts'
import { padAll, slice } from './primitives/crop.ts'
import { gather } from './primitives/gather.ts'
import { concat, split } from './primitives/join.ts'
import { reduceMax } from './primitives/reduction.ts'
import { reshape } from './primitives/reshape.ts'
import type { Tensor } from './tensor.ts'

/**
 * The k neighbours of every position, side by side: x[B, L, C] → [B, L, k·C], column t·C + c holding
 * x[b, l + t − (k−1)/2, c], zero outside. A convolution is then one Gemm. k is odd.
 */
export function im2col1d(x: Tensor, k: number): Tensor {
  return concat(
    offsets(k).map((shift) => shifted(x, [0, shift, 0])),
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
    .map((shift, t) => shifted(taps[t], [0, -shift, 0]))
    .reduce((sum, tap) => add(sum, tap))
}

/** As im2col1d over two axes: x[B, H, W, C] → [B, H, W, k·k·C], column (i·k + j)·C + c, i along H. */
export function im2col2d(x: Tensor, k: number): Tensor {
  return concat(
    offsets(k).flatMap((i) => offsets(k).map((j) => shifted(x, [0, i, j, 0]))),
    3,
  )
}

/** Maxima of windows of size × size, side by side: x[B, H, W, C] → [B, ⌊H/size⌋, ⌊W/size⌋, C]; the rest is cut off. */
export function maxPool2d(x: Tensor, size: number): Tensor {
  return poolAxis(poolAxis(x, 1, size), 2, size)
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

/** y[l] = x[l + shift], zero outside. A shift beyond the axis leaves zeros only. */
function shifted(x: Tensor, shift: readonly number[]): Tensor {
  const limited = shift.map((count, i) => Math.sign(count) * Math.min(Math.abs(count), x.shape[i]))
  if (limited.some((count, i) => count !== 0 && Math.abs(count) === x.shape[i])) {
    const widened = padAll(x, limited.map(Math.abs), limited.map(Math.abs))
    return limited.reduce(
      (cut, count, i) =>
        count === 0 ? cut : slice(cut, i, Math.abs(count) + count, Math.abs(count) + count + x.shape[i]),
      widened,
    )
  }
  return padAll(
    x,
    limited.map((count) => 0 - count),
    limited,
  )
}

/** Maxima of non-overlapping windows along one axis. */
function poolAxis(x: Tensor, axis: number, size: number): Tensor {
  const count = Math.floor(x.shape[axis] / size)
  const whole = slice(x, axis, 0, count * size)
  return reduceMax(reshape(whole, whole.shape.toSpliced(axis, 1, count, size)), [axis + 1])
}

/** Maxima of n windows along one axis. Windows of unequal size repeat an element, which changes no maximum. */
function adaptivePoolAxis(x: Tensor, axis: number, n: number): Tensor {
  const length = x.shape[axis]
  if (length === n) return x
  if (length % n === 0) return poolAxis(x, axis, length / n)
  const start = (i: number) => Math.floor((i * length) / n)
  const end = (i: number) => Math.ceil(((i + 1) * length) / n)
  const windows = Array.from({ length: n }, (_, i) => ({ start: start(i), end: end(i) }))
  const width = Math.max(...windows.map((window) => window.end - window.start))
  const indices = windows.flatMap((window) =>
    Array.from({ length: width }, (_, j) => Math.min(window.start + j, window.end - 1)),
  )
  return reduceMax(gather(x, x.graph.constant(indices, [n, width], 'int64'), axis), [axis + 1])
}
