import { definePrimitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { exp } from './activation.ts'
import { multiply, subtract } from './arithmetic.ts'
import { normaliseAxes, reduceSum } from './reshape.ts'

/** y = softmax along an axis.  dx = y · (dy − Σ dy · y) */
export const Softmax = definePrimitive<{ axis: number }>({
  name: 'Softmax',
  infer: ([x]) => [x],
  emit: (_graph, { axis }) => ({ attributes: { axis } }),
  gradient: ({ outputs: [y], attributes: { axis } }, [dy]) => {
    const weighted = multiply(dy, y)
    return [subtract(weighted, multiply(y, reduceSum(weighted, [axis], { keepDims: true })))]
  },
})

/** y = ln softmax along an axis.  dx = dy − e^y · Σ dy */
export const LogSoftmax = definePrimitive<{ axis: number }>({
  name: 'LogSoftmax',
  infer: ([x]) => [x],
  emit: (_graph, { axis }) => ({ attributes: { axis } }),
  gradient: ({ outputs: [y], attributes: { axis } }, [dy]) => [
    subtract(dy, multiply(exp(y), reduceSum(dy, [axis], { keepDims: true }))),
  ],
})

export function softmax(x: Tensor, axis = -1): Tensor {
  return x.graph.apply(Softmax, [x], { axis: normaliseAxes(x, [axis])[0] })[0]
}

export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return x.graph.apply(LogSoftmax, [x], { axis: normaliseAxes(x, [axis])[0] })[0]
}
