import { definePrimitive } from '../primitive.ts'
import type { Shape, Tensor } from '../tensor.ts'
import { ints, normaliseAxes } from './reshape.ts'

/** Elements start … end − 1 along an axis. */
export const Slice = definePrimitive<{ axis: number; start: number; end: number }>({
  name: 'Slice',
  infer: ([x], { axis, start, end }, fail) =>
    0 <= start && start < end && end <= x.shape[axis]
      ? [{ shape: x.shape.map((size, i) => (i === axis ? end - start : size)), dtype: x.dtype }]
      : fail(`has no elements ${start} … ${end} along axis ${axis}`),
  emit: (graph, { axis, start, end }) => ({
    constants: [ints(graph, [start]), ints(graph, [end]), ints(graph, [axis])],
  }),
  gradient: ({ inputs: [x], attributes: { axis, start, end } }, [dy]) => [
    pad(dy, axis, start, x.shape[axis] - end),
  ],
})

/** Zeros before and after each axis; negative counts cut elements off. */
export const Pad = definePrimitive<{ before: Shape; after: Shape }>({
  name: 'Pad',
  infer: ([x], { before, after }, fail) => {
    const shape = x.shape.map((size, i) => size + before[i] + after[i])
    const fits = shape.every((size, i) => (x.shape[i] < 0 ? size === x.shape[i] : size > 0))
    return fits ? [{ shape, dtype: x.dtype }] : fail(`cannot be padded by (${before}) and (${after})`)
  },
  emit: (graph, { before, after }) => ({ constants: [ints(graph, [...before, ...after])] }),
  gradient: ({ attributes: { before, after } }, [dy]) => [
    padAll(
      dy,
      before.map((count) => 0 - count),
      after.map((count) => 0 - count),
    ),
  ],
})

/** The elements in the opposite order along an axis. */
export const Reverse = definePrimitive<{ axis: number }>({
  name: 'Reverse',
  operator: 'Slice',
  infer: ([x]) => [x],
  emit: (graph, { axis }) => ({
    constants: [ints(graph, [-1]), ints(graph, [-(2 ** 31)]), ints(graph, [axis]), ints(graph, [-1])],
  }),
  gradient: ({ attributes: { axis } }, [dy]) => [reverse(dy, axis)],
})

/** `size` elements along an axis from a start that is known only when the graph runs; inputs x, start[1], end[1]. */
export const SliceAt = definePrimitive<{ axis: number; size: number }>({
  name: 'SliceAt',
  operator: 'Slice',
  infer: ([x], { axis, size }) => [
    { shape: x.shape.map((length, i) => (i === axis ? size : length)), dtype: x.dtype },
  ],
  emit: (graph, { axis }) => ({ constants: [ints(graph, [axis])] }),
  gradient: 'unsupported',
})

export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const [cut] = normaliseAxes(x, [axis])
  if (start === 0 && end === x.shape[cut]) return x
  return x.graph.apply(Slice, [x], { axis: cut, start, end })[0]
}

/** Zeros before and after along one axis; a negative count cuts elements off. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  const [padded] = normaliseAxes(x, [axis])
  const only = (count: number) => x.shape.map((_, i) => (i === padded ? count : 0))
  return padAll(x, only(before), only(after))
}

/** Zeros before and after every axis; negative counts cut elements off. */
function padAll(x: Tensor, before: Shape, after: Shape): Tensor {
  if ([...before, ...after].every((count) => count === 0)) return x
  return x.graph.apply(Pad, [x], { before, after })[0]
}

export function reverse(x: Tensor, axis: number): Tensor {
  return x.graph.apply(Reverse, [x], { axis: normaliseAxes(x, [axis])[0] })[0]
}

/** `size` elements along `axis` from the position in `start` to the one in `end` (int64, shape [1]). */
export function sliceAt(x: Tensor, axis: number, start: Tensor, end: Tensor, size: number): Tensor {
  return x.graph.apply(SliceAt, [x, start, end], { axis: normaliseAxes(x, [axis])[0], size })[0]
}
