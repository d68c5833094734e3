import { definePrimitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { ints, normaliseAxes } from './reshape.ts'

/** Tensors one after another along an axis. */
export const Concat = definePrimitive<{ axis: number }>({
  name: 'Concat',
  infer: (xs, { axis }, fail) => {
    const [first] = xs
    const fits = xs.every(
      (x) =>
        x.dtype === first.dtype &&
        x.shape.length === first.shape.length &&
        x.shape.every((size, i) => i === axis || size === first.shape[i]),
    )
    if (!fits) return fail(`cannot be joined along axis ${axis}`)
    const joined = xs.reduce((sum, x) => sum + x.shape[axis], 0)
    return [{ shape: first.shape.map((size, i) => (i === axis ? joined : size)), dtype: first.dtype }]
  },
  emit: (_graph, { axis }) => ({ attributes: { axis } }),
  gradient: ({ inputs, attributes: { axis } }, [dy]) =>
    split(
      dy,
      inputs.map((x) => x.shape[axis]),
      axis,
    ),
})

/** Consecutive pieces of the given sizes along an axis. */
export const Split = definePrimitive<{ sizes: readonly number[]; axis: number }>({
  name: 'Split',
  infer: ([x], { sizes, axis }, fail) =>
    sizes.reduce((sum, size) => sum + size, 0) === x.shape[axis]
      ? sizes.map((piece) => ({
          shape: x.shape.map((size, i) => (i === axis ? piece : size)),
          dtype: x.dtype,
        }))
      : fail(`sizes ${sizes.join(' + ')} do not add up along axis ${axis}`),
  emit: (graph, { sizes, axis }) => ({ attributes: { axis }, constants: [ints(graph, sizes)] }),
  gradient: ({ attributes: { axis } }, dys) => [concat(dys, axis)],
})

export function concat(xs: readonly Tensor[], axis: number): Tensor {
  if (xs.length === 1) return xs[0]
  return xs[0].graph.apply(Concat, xs, { axis: normaliseAxes(xs[0], [axis])[0] })[0]
}

export function split(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
  if (sizes.length === 1) return [x]
  return x.graph.apply(Split, [x], { sizes, axis: normaliseAxes(x, [axis])[0] })
}
