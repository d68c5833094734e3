import { Problem } from '#contract/problem.ts'
import { defineComposite, definePrimitive } from '../primitive.ts'
import { elementCount, sameShape, type Tensor } from '../tensor.ts'
import { sqrt } from './activation.ts'
import { add, divide, multiply, negate, subtract } from './arithmetic.ts'
import { Gemm, type GemmAttributes, sumRows, weighColumns } from './product.ts'
import { reshape } from './reshape.ts'
import { maximum } from './selection.ts'

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
    const d = reshape(dy, [rows, width])
    const inverse = reshape(deviation, [rows, 1])
    const normal = affineRows(
      reshape(x, [rows, width]),
      inverse,
      negate(multiply(reshape(mean, [rows, 1]), inverse)),
    )
    const product = multiply(d, normal)
    const input = () => {
      const share = multiply(inverse, 1 / width)
      const g = multiply(multiply(d, reshape(weight, [width])), inverse)
      const slope = multiply(weighColumns(product, weight), share)
      return subtract(g, affineRows(normal, slope, multiply(weighColumns(d, weight), share)))
    }
    return [
      needs(0) ? reshape(input(), x.shape) : undefined,
      needs(1) ? reshape(sumRows(product), weight.shape) : undefined,
      needs(2) ? reshape(sumRows(d), bias.shape) : undefined,
    ]
  },
})

/**
 * y = x · f with f = s / ‖x‖₂ of every column: columns of length s, and of less where a column is shorter than 1e-12.
 * Inputs: x[R, C], s, a scalar through which no gradient flows.
 * dx = (dy − y · Σ dy · y / s²) · f
 */
export const ScaledColumns = defineComposite({
  name: 'ScaledColumns',
  lower: (_graph, [x, length]) => {
    const factor = divide(length, maximum(sqrt(sumRows(multiply(x, x))), 1e-12))
    return { outputs: [multiply(x, factor)], saved: [factor] }
  },
  gradient: ({ inputs: [, length], outputs: [y], saved: [factor] }, [dy]) => {
    const along = divide(sumRows(multiply(dy, y)), multiply(length, length))
    return [multiply(subtract(dy, multiply(y, along)), factor), undefined]
  },
})

/** ONNX's batch norm by given statistics, without an ε. Inputs: x[N, C, ..]; scale, shift, mean and variance [C]. */
export const BatchNormalization = definePrimitive({
  name: 'BatchNormalization',
  infer: ([x]) => [x],
  emit: () => ({ attributes: { epsilon: { float: 0 } } }),
  gradient: 'unsupported',
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

/**
 * x[r, d] · scale[r] + shift[r], scale and shift [R, 1], in one pass: batch norm of ONNX, whose channels are the rows
 * here, with a mean of 0 and a variance of 1. For gradients only.
 */
function affineRows(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const [rows, width] = x.shape
  const fixed = (value: number) => x.graph.constant(new Float32Array(rows).fill(value), [rows])
  const inputs = [reshape(x, [1, rows, width]), reshape(scale, [rows]), reshape(shift, [rows])]
  return reshape(x.graph.apply(BatchNormalization, [...inputs, fixed(0), fixed(1)])[0], x.shape)
}

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
  const { rest, offset } = splitOffset(x)
  const [y, mean, variance] = x.graph.apply(BatchNormTraining, [rest, weight, bias], { epsilon })
  const own = reshape(mean, weight.shape)
  return {
    y,
    mean: offset ? add(own, reshape(offset, weight.shape)) : own,
    variance: reshape(variance, weight.shape),
  }
}

/** x[R, C] without the vector [C] that was added to its rows: batch norm takes it away with the mean. */
function splitOffset(x: Tensor): { rest: Tensor; offset?: Tensor } {
  const node = x.graph.producerOf(x)
  if (!node) return { rest: x }
  const channels = x.shape.at(-1)
  const [first, second, third] = node.inputs
  const isOffset = (tensor: Tensor) =>
    tensor.shape.at(-1) === channels && elementCount(tensor.shape) === channels
  switch (node.primitive.name) {
    case 'Reshape': {
      if (first.shape.at(-1) !== channels) return { rest: x }
      const { rest, offset } = splitOffset(first)
      return offset ? { rest: reshape(rest, x.shape), offset } : { rest: x }
    }
    case 'Gemm':
      if (!third || !isOffset(third)) return { rest: x }
      return {
        rest: x.graph.apply(Gemm, [first, second], node.attributes as GemmAttributes)[0],
        offset: third,
      }
    case 'Add':
      return isOffset(second) && sameShape(first.shape, x.shape)
        ? { rest: first, offset: second }
        : { rest: x }
    default:
      return { rest: x }
  }
}

/** The columns of x[R, C] scaled to a length, a scalar. */
export function scaleColumns(x: Tensor, length: Tensor): Tensor {
  return x.graph.apply(ScaledColumns, [x, length])[0]
}

/** Batch norm of x[.., C] by given statistics [C]: two passes over x. */
export function batchNormInference(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon = 1e-5,
): Tensor {
  const { scale, shift } = batchNormLine(weight, bias, mean, variance, epsilon)
  return add(multiply(x, scale), shift)
}

/** What a batch norm by given statistics does to every channel: x · scale + shift; all [C]. */
export function batchNormLine(
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon = 1e-5,
): { scale: Tensor; shift: Tensor } {
  const scale = divide(weight, sqrt(add(variance, epsilon)))
  return { scale, shift: subtract(bias, multiply(mean, scale)) }
}
