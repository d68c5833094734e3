import { definePrimitive } from '../primitive.ts'
import { elementCount, type Shape, type Tensor } from '../tensor.ts'
import { divide, multiply } from './arithmetic.ts'
import { normaliseAxes, reducedShape, reduceSum, reshape, spread } from './reshape.ts'
import { equal, where } from './selection.ts'

/** Mean over axes. */
export const ReduceMean = definePrimitive<{ axes: readonly number[]; keepDims: boolean }>({
  name: 'ReduceMean',
  infer: ([x], { axes, keepDims }) => [{ shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype }],
  emit: (_graph, { axes, keepDims }) => ({ attributes: { axes, keepdims: keepDims ? 1 : 0 } }),
  gradient: ({ inputs: [x], attributes: { axes } }, [dy]) => [
    spread(multiply(dy, 1 / countAlong(x.shape, axes)), x.shape, axes),
  ],
})

/** Maximum over axes; equal maxima share the gradient. */
export const ReduceMax = definePrimitive<{ axes: readonly number[]; keepDims: boolean }>({
  name: 'ReduceMax',
  infer: ([x], { axes, keepDims }) => [{ shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype }],
  emit: (_graph, { axes, keepDims }) => ({ attributes: { axes, keepdims: keepDims ? 1 : 0 } }),
  gradient: ({ inputs: [x], outputs: [y], attributes: { axes } }, [dy]) => {
    const kept = reducedShape(x.shape, axes, true)
    const isMaximum = equal(x, reshape(y, kept))
    const ties = reduceSum(where(isMaximum, 1, 0), axes, { keepDims: true })
    return [where(isMaximum, divide(reshape(dy, kept), ties), 0)]
  },
})

interface ReductionOptions {
  keepDims?: boolean
}

/** Mean over `axes` (all axes when omitted). */
export function reduceMean(x: Tensor, axes?: readonly number[], options: ReductionOptions = {}): Tensor {
  const reduced = normaliseAxes(x, axes)
  return x.graph.apply(ReduceMean, [x], { axes: reduced, keepDims: options.keepDims ?? false })[0]
}

/** Maximum over `axes` (all axes when omitted). */
export function reduceMax(x: Tensor, axes?: readonly number[], options: ReductionOptions = {}): Tensor {
  const reduced = normaliseAxes(x, axes)
  return x.graph.apply(ReduceMax, [x], { axes: reduced, keepDims: options.keepDims ?? false })[0]
}

function countAlong(shape: Shape, axes: readonly number[]): number {
  return elementCount(axes.map((axis) => shape[axis]))
}
