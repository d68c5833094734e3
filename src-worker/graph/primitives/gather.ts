import { definePrimitive } from '../primitive.ts'
import { elementCount, type Tensor } from '../tensor.ts'
import { expand, normaliseAxes, reshape, zeros } from './reshape.ts'

/** Elements of x at int64 indices along an axis; the axis is replaced by the axes of the indices. */
export const Gather = definePrimitive<{ axis: number }>({
  name: 'Gather',
  infer: ([x, indices], { axis }, fail) =>
    indices.dtype === 'int64'
      ? [{ shape: x.shape.toSpliced(axis, 1, ...indices.shape), dtype: x.dtype }]
      : fail('the indices are not int64'),
  emit: (_graph, { axis }) => ({ attributes: { axis } }),
  gradient: ({ graph, inputs: [x, indices], attributes: { axis } }, [dy]) => {
    const count = elementCount(indices.shape)
    const rows = reshape(dy, x.shape.toSpliced(axis, 1, count))
    const along = reshape(
      indices,
      x.shape.map((_, i) => (i === axis ? count : 1)),
    )
    const positions = expand(along, rows.shape)
    return [graph.apply(ScatterElements, [zeros(graph, x.shape), positions, rows], { axis })[0], undefined]
  },
})

/** Adds updates to x at int64 indices along an axis; the gradient of Gather. Inputs: x, indices, updates. */
export const ScatterElements = definePrimitive<{ axis: number }>({
  name: 'ScatterElements',
  infer: ([x]) => [x],
  emit: (_graph, { axis }) => ({ attributes: { axis, reduction: 'add' } }),
  gradient: 'unsupported',
})

/** Elements of x at `indices` (int64) along `axis`. */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  return x.graph.apply(Gather, [x, indices], { axis: normaliseAxes(x, [axis])[0] })[0]
}
