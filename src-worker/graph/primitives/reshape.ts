import { Problem } from '#contract/problem.ts'
import type { Graph } from '../graph.ts'
import { definePrimitive } from '../primitive.ts'
import { elementCount, normaliseAxis, sameShape, type Shape, type Tensor } from '../tensor.ts'

/** A small int64 vector, as ONNX takes shapes, axes and sizes. */
export function ints(graph: Graph, values: readonly number[]): Tensor {
  return graph.constant(values, [values.length], 'int64')
}

/** Same elements, other axes. */
export const Reshape = definePrimitive<{ shape: Shape }>({
  name: 'Reshape',
  infer: ([x], { shape }, fail) =>
    elementCount(shape) === elementCount(x.shape)
      ? [{ shape, dtype: x.dtype }]
      : fail(`[${shape}] holds another number of elements`),
  emit: (graph, { shape }) => ({
    constants: [
      ints(
        graph,
        shape.map((size) => (size < 0 ? -1 : size)),
      ),
    ],
  }),
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape)],
})

/** Axes in another order: axis i of the result is axis `permutation[i]` of x. */
export const Transpose = definePrimitive<{ permutation: readonly number[] }>({
  name: 'Transpose',
  infer: ([x], { permutation }, fail) =>
    permutation.toSorted((a, b) => a - b).every((axis, i) => axis === i) &&
    permutation.length === x.shape.length
      ? [{ shape: permutation.map((axis) => x.shape[axis]), dtype: x.dtype }]
      : fail(`(${permutation}) does not permute its axes`),
  emit: (_graph, { permutation }) => ({ attributes: { perm: permutation } }),
  gradient: ({ attributes: { permutation } }, [dy]) => [
    transpose(
      dy,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
})

/** Repeats axes of size 1 (and leading ones that are missing) up to `shape`. */
export const Expand = definePrimitive<{ shape: Shape }>({
  name: 'Expand',
  infer: ([x], { shape }, fail) => {
    const offset = shape.length - x.shape.length
    const fits =
      offset >= 0 &&
      x.shape.every((size, i) => size === shape[i + offset] || (size === 1 && shape[i + offset] > 0))
    return fits ? [{ shape, dtype: x.dtype }] : fail(`does not broadcast to [${shape}]`)
  },
  // A symbolic axis is already there: 1 keeps it.
  emit: (graph, { shape }) => ({
    constants: [
      ints(
        graph,
        shape.map((size) => (size < 0 ? 1 : size)),
      ),
    ],
  }),
  gradient: ({ inputs: [x] }, [dy]) => [reduceTo(dy, x.shape)],
})

/** Sum over axes. */
export const ReduceSum = definePrimitive<{ axes: readonly number[]; keepDims: boolean }>({
  name: 'ReduceSum',
  infer: ([x], { axes, keepDims }) => [{ shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype }],
  emit: (graph, { axes, keepDims }) => ({
    attributes: { keepdims: keepDims ? 1 : 0 },
    constants: [ints(graph, axes)],
  }),
  gradient: ({ inputs: [x], attributes: { axes } }, [dy]) => [spread(dy, x.shape, axes)],
})

export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : x.graph.apply(Reshape, [x], { shape })[0]
}

export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  return x.graph.apply(Transpose, [x], { permutation })[0]
}

/** Swaps the last two axes. */
export function transposeLast(x: Tensor): Tensor {
  const axes = x.shape.map((_, i) => i)
  const last = axes.length - 1
  return transpose(x, [...axes.slice(0, -2), last, last - 1])
}

export function expand(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : x.graph.apply(Expand, [x], { shape })[0]
}

/** Sum over `axes` (all axes when omitted). */
export function reduceSum(x: Tensor, axes?: readonly number[], options: { keepDims?: boolean } = {}): Tensor {
  const reduced = normaliseAxes(x, axes)
  return x.graph.apply(ReduceSum, [x], { axes: reduced, keepDims: options.keepDims ?? false })[0]
}

/** A tensor of zeros. */
export function zeros(graph: Graph, shape: Shape): Tensor {
  return expand(graph.constant(0), shape)
}

/** Undoes broadcasting: sums `dy` over the axes that an operand of `shape` was repeated along. */
export function reduceTo(dy: Tensor, shape: Shape): Tensor {
  if (sameShape(dy.shape, shape)) return dy
  const offset = dy.shape.length - shape.length
  const axes = dy.shape.flatMap((size, i) =>
    i < offset || (shape[i - offset] === 1 && size !== 1) ? [i] : [],
  )
  return reshape(reduceSum(dy, axes, { keepDims: true }), shape)
}

/** Undoes a reduction's change of shape: puts `dy` back at size 1 along `axes` and repeats it to `shape`. */
export function spread(dy: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return expand(reshape(dy, reducedShape(shape, axes, true)), shape)
}

export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
    : shape.filter((_, i) => !axes.includes(i))
}

/** Axes counted from the front; all of them when omitted. Throws a problem for one that x does not have. */
export function normaliseAxes(x: Tensor, axes?: readonly number[]): number[] {
  const rank = x.shape.length
  const result = axes ? axes.map((axis) => normaliseAxis(axis, rank)) : x.shape.map((_, i) => i)
  const wrong = result.find((axis) => axis < 0 || axis >= rank)
  if (wrong !== undefined)
    throw new Problem('shape-mismatch', x.graph.where || x.name, `[${x.shape}] has no axis ${wrong}`)
  return result
}
