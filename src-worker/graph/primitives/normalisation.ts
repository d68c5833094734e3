import { Problem } from '#contract/problem.ts'
import { defineComposite, definePrimitive } from '../primitive.ts'
import { elementCount, sameShape, type Tensor } from '../tensor.ts'
import { sqrt } from './activation.ts'
import { add, divide, multiply, subtract } from './arithmetic.ts'
import { gemm, sumRows } from './product.ts'
import { reshape } from './reshape.ts'

/**
 * y = x̂ · w + b with x̂ = (x − mean) / √(variance + ε) over the last axes, from `axis` on.
 * Inputs: x, w, b; w and b have the shape of those axes. Outputs: y, mean, 1/√(variance + ε).
 * dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε) with g = dy · w, on rows [R, D].
 */
export const LayerNormalization = definePrimitive<{ axis: number; epsilon: number }>({
  name: 'LayerNormalization',
  infer: ([x, weight, bias], { axis }, fail) => {
    const normalised = x.shape.slice(axis)
    if (!sameShape(weight.shape, normalised) || !sameShape(bias.shape, normalised))
      fail(`weight and bias must be [${normalised}]`)
    const statistics = { shape: x.shape.map((size, i) => (i < axis ? size : 1)), dtype: x.dtype }
    return [x, statistics, statistics]
  },
  emit: (_graph, { axis, epsilon }) => ({ attributes: { axis, epsilon: { float: epsilon } } }),
  gradient: (
    { inputs: [x, weight, bias], outputs: [, mean, deviation], attributes: { axis }, needs, received },
    [dy],
  ) => {
    if (received(1) || received(2))
      throw new Problem('internal', x.graph.where, 'no gradient flows through the statistics of a layer norm')
    const width = elementCount(weight.shape)
    const rows = elementCount(x.shape.slice(0, axis))
    const column = (tensor: Tensor) => reshape(tensor, [rows, 1])
    const d = reshape(dy, [rows, width])
    const inverse = column(deviation)
    const centred = subtract(reshape(x, [rows, width]), column(mean))
    const product = multiply(d, centred)
    const weightColumn = reshape(weight, [width, 1])
    const input = () => {
      const g = multiply(d, reshape(weight, [width]))
      const meanG = gemm(d, weightColumn, { alpha: 1 / width })
      const slope = multiply(gemm(product, weightColumn, { alpha: 1 / width }), multiply(inverse, inverse))
      return multiply(subtract(subtract(g, meanG), multiply(centred, slope)), inverse)
    }
    return [
      needs(0) ? reshape(input(), x.shape) : undefined,
      needs(1) ? reshape(gemm(inverse, product, { transposeA: true }), weight.shape) : undefined,
      needs(2) ? reshape(sumRows(d), bias.shape) : undefined,
    ]
  },
})

/**
 * Batch norm of x[R, C] by the statistics of its own rows (biased variance). Inputs: x, w[C], b[C].
 * Outputs: y, mean[1, C], variance[1, C]. No gradient flows through the two statistics.
 * dx = (w / √(v + ε)) · (dy − mean(dy) − c · mean(dy · c) / (v + ε)) with c = x − mean(x).
 */
export const BatchNormTraining = defineComposite<{ epsilon: number }>({
  name: 'BatchNormTraining',
  lower: (_graph, [x, weight, bias], { epsilon }) => {
    const mean = sumRows(x, 1 / x.shape[0])
    const centred = subtract(x, mean)
    const variance = sumRows(multiply(centred, centred), 1 / x.shape[0])
    const inverse = divide(1, sqrt(add(variance, epsilon)))
    const scale = multiply(inverse, weight)
    return {
      outputs: [add(multiply(centred, scale), bias), mean, variance],
      saved: [centred, inverse, scale],
    }
  },
  gradient: ({ inputs: [x, weight, bias], saved: [centred, inverse, scale], needs, received }, [dy]) => {
    if (received(1) || received(2))
      throw new Problem('internal', x.graph.where, 'no gradient flows through the statistics of a batch norm')
    const rows = x.shape[0]
    const sum = sumRows(dy)
    const sumCentred = sumRows(multiply(dy, centred))
    const input = () => {
      const slope = multiply(multiply(sumCentred, 1 / rows), multiply(inverse, inverse))
      const shift = multiply(sum, 1 / rows)
      return multiply(subtract(subtract(dy, shift), multiply(centred, slope)), scale)
    }
    return [
      needs(0) ? input() : undefined,
      needs(1) ? reshape(multiply(sumCentred, inverse), weight.shape) : undefined,
      needs(2) ? reshape(sum, bias.shape) : undefined,
    ]
  },
})

/** Layer norm jointly over the last `lastAxes` axes; without weight and bias it only normalises. */
export function layerNorm(
  x: Tensor,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  lastAxes: number,
  epsilon = 1e-5,
): Tensor {
  const axis = x.shape.length - lastAxes
  const shape = x.shape.slice(axis)
  const fill = (value: number) => x.graph.constant(new Float32Array(elementCount(shape)).fill(value), shape)
  return x.graph.apply(LayerNormalization, [x, weight ?? fill(1), bias ?? fill(0)], { axis, epsilon })[0]
}

/**
 * Batch norm of x[R, C] by its own rows; mean and variance [C] (biased) are for calibration only.
 * The number of rows must be static.
 */
export function batchNormTraining(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  epsilon = 1e-5,
): { y: Tensor; mean: Tensor; variance: Tensor } {
  const [y, mean, variance] = x.graph.apply(BatchNormTraining, [x, weight, bias], { epsilon })
  return { y, mean: reshape(mean, weight.shape), variance: reshape(variance, weight.shape) }
}

/** Batch norm of x[.., C] by given statistics [C]: two passes over x. Its line is built where the weights are. */
export function batchNormInference(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon = 1e-5,
): Tensor {
  const { scale, shift } = weight.graph.within(weight.graph, () => {
    const scale = divide(weight, sqrt(add(variance, epsilon)))
    return { scale, shift: subtract(bias, multiply(mean, scale)) }
  })
  return add(multiply(x, scale), shift)
}
