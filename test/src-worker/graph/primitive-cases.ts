import * as f from '#worker/graph/functions.ts'
import { step } from '#worker/graph/primitives/activation.ts'
import type { primitives } from '#worker/graph/primitives/index.ts'
import { elementCount, type Tensor } from '#worker/graph/tensor.ts'
import type { Case } from './finite-differences.ts'

/** Constant probabilities [rows, classes] whose rows differ. */
function probabilities(x: Tensor): Tensor {
  const values = Float32Array.from({ length: elementCount(x.shape) }, (_, i) => ((i * 7) % 5) / 8)
  return x.graph.constant(values, x.shape)
}

function indices(x: Tensor, values: number[], shape = [values.length]): Tensor {
  return x.graph.constant(values, shape, 'int64')
}

/** Zeros and ones in the shape of x. */
function mask(x: Tensor): Tensor {
  return x.graph.constant(
    Float32Array.from({ length: elementCount(x.shape) }, (_, i) => Number(i % 3 > 0)),
    x.shape,
  )
}

const gemmCases = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB): Case => ({
    title: `gemm ${transposeA} ${transposeB}`,
    shapes: [transposeA ? [4, 3] : [3, 4], transposeB ? [5, 4] : [4, 5], [5]],
    build: (a, b, bias) => f.gemm(a, b, { transposeA, transposeB, bias, alpha: transposeA ? 0.7 : 1 }),
  })),
)

/**
 * What shows that a gradient is right, for every primitive of the table: cases for finite differences, or for a
 * primitive through which no gradient flows a use of it on a float tensor.
 */
export const cases: Record<
  keyof typeof primitives,
  readonly Case[] | { readonly zero: (x: Tensor) => Tensor } | 'unsupported'
> = {
  Abs: [{ title: 'abs', shapes: [[3, 5]], ranges: ['away from zero'], build: f.abs }],
  Add: [
    { title: 'add', shapes: [[3, 5], [5]], build: f.add },
    {
      title: 'add outer',
      shapes: [
        [3, 1],
        [2, 1, 5],
      ],
      build: f.add,
    },
  ],
  BatchNormalization: 'unsupported',
  BatchNormTraining: [
    { title: 'batch norm', shapes: [[11, 5], [5], [5]], build: (x, w, b) => f.batchNormTraining(x, w, b).y },
    {
      title: 'batch norm of a product, its offset left out',
      shapes: [
        [11, 3],
        [3, 5],
      ],
      build: (x, w) => {
        const [ones, halves] = [1, 0.5].map((value) => x.graph.constant(Array(5).fill(value)))
        return f.batchNormTraining(f.matmul(x, w, halves), ones, halves).y
      },
    },
  ],
  BinaryCrossEntropy: [
    {
      title: 'binary cross entropy',
      shapes: [[3, 5]],
      build: (x) => f.binaryCrossEntropy(x, probabilities(x)),
    },
    {
      title: 'its targets',
      shapes: [
        [3, 5],
        [3, 5],
      ],
      build: f.binaryCrossEntropy,
    },
  ],
  Clip: [{ title: 'clip', shapes: [[3, 7]], ranges: ['far apart'], build: (x) => f.clip(x, -0.75, 1.05) }],
  Concat: [
    {
      title: 'concat',
      shapes: [
        [2, 3],
        [2, 1],
        [2, 4],
      ],
      build: (a, b, c) => f.concat([a, f.multiply(b, b), c], 1),
    },
    { title: 'concat of one twice', shapes: [[2, 3]], build: (a) => f.concat([a, f.exp(a)], 0) },
  ],
  Convolution3x3: [
    {
      title: 'convolution',
      shapes: [
        [2, 3, 5, 2],
        [18, 3],
      ],
      build: f.convolve3x3,
    },
    {
      title: 'convolution of a column',
      shapes: [
        [1, 7, 1, 3],
        [27, 2],
      ],
      build: f.convolve3x3,
    },
  ],
  CrossEntropy: [
    { title: 'cross entropy', shapes: [[3, 5]], build: (x) => f.crossEntropy(x, probabilities(x)) },
    {
      title: 'its targets',
      shapes: [
        [3, 5],
        [3, 5],
      ],
      build: f.crossEntropy,
    },
  ],
  Div: [
    {
      title: 'divide',
      shapes: [
        [3, 5],
        [1, 5],
      ],
      ranges: ['normal', 'positive'],
      build: f.divide,
    },
    { title: 'divide a number', shapes: [[7]], ranges: ['positive'], build: (x) => f.divide(2, x) },
  ],
  Equal: { zero: (x) => f.where(f.equal(x, 0), 1, 2) },
  Exp: [{ title: 'exp', shapes: [[3, 5]], build: f.exp }],
  Expand: [
    { title: 'expand', shapes: [[3, 1]], build: (x) => f.expand(x, [2, 3, 5]) },
    { title: 'expand a scalar', shapes: [[]], build: (x) => f.expand(x, [2, 3]) },
  ],
  GatedUnit: [
    {
      title: 'gate',
      shapes: [
        [3, 5],
        [3, 5],
      ],
      build: f.gate,
    },
    {
      title: 'gate with a mask',
      shapes: [
        [3, 5],
        [3, 5],
      ],
      build: (value, by) => f.keep(f.gate(value, by), mask(value)),
    },
  ],
  Gather: [
    { title: 'gather', shapes: [[2, 5, 3]], build: (x) => f.gather(x, indices(x, [4, 1, 4]), 1) },
    {
      title: 'gather a table',
      shapes: [[5, 3]],
      build: (x) => f.gather(x, indices(x, [0, 4, 2, 2, 1, 0], [2, 3]), 0),
    },
  ],
  Gemm: [
    ...gemmCases,
    {
      title: 'gemm of a matrix with itself',
      shapes: [[4, 3]],
      build: (a) => f.gemm(a, a, { transposeA: true, alpha: 0.7 }),
    },
  ],
  Greater: { zero: (x) => f.where(f.greater(x, 0), 1, 2) },
  GreaterOrEqual: { zero: (x) => f.where(f.greaterOrEqual(x, 0), 1, 2) },
  If: 'unsupported',
  LayerNormalization: [
    {
      title: 'layer norm over one axis',
      shapes: [[2, 3, 5], [5], [5]],
      build: (x, w, b) => f.layerNorm(x, w, b, 1),
    },
    {
      title: 'layer norm over two axes',
      shapes: [
        [3, 2, 5],
        [2, 5],
        [2, 5],
      ],
      build: (x, w, b) => f.layerNorm(x, w, b, 2),
    },
    {
      title: 'layer norm without affine',
      shapes: [[3, 7]],
      build: (x) => f.layerNorm(x, undefined, undefined, 1),
    },
  ],
  Log: [{ title: 'log', shapes: [[3, 5]], ranges: ['positive'], build: f.log }],
  LogSoftmax: [
    { title: 'log softmax', shapes: [[3, 5]], build: (x) => f.logSoftmax(x) },
    { title: 'log softmax of an inner axis', shapes: [[2, 3, 5]], build: (x) => f.logSoftmax(x, 1) },
  ],
  MaskedRelu: [
    {
      title: 'masked relu',
      shapes: [[3, 5]],
      ranges: ['away from zero'],
      build: (x) => f.keep(f.relu(x), mask(x)),
    },
  ],
  MatMul: [
    {
      title: 'matmul',
      shapes: [
        [2, 3, 4],
        [2, 4, 5],
      ],
      build: (a, b) => f.matmul(a, b),
    },
    {
      title: 'matmul broadcast',
      shapes: [
        [1, 3, 4],
        [2, 4, 5],
      ],
      build: (a, b) => f.matmul(a, b),
    },
    {
      title: 'matmul of one matrix',
      shapes: [
        [3, 4],
        [2, 3, 4, 5],
      ],
      build: (a, b) => f.matmul(a, b),
    },
    { title: 'matmul as gemm', shapes: [[2, 3, 4], [4, 5], [5]], build: (a, b, c) => f.matmul(a, b, c) },
  ],
  Max: [
    {
      title: 'maximum',
      shapes: [[3, 5], [5]],
      ranges: ['far apart', 'away from zero'],
      build: (a, b) => f.maximum(a, f.multiply(b, 0.01)),
    },
    { title: 'max pool', shapes: [[2, 5, 4, 3]], ranges: ['far apart'], build: f.maxPool2x2 },
  ],
  Min: [
    {
      title: 'minimum',
      shapes: [[3, 5], [5]],
      ranges: ['far apart', 'away from zero'],
      build: (a, b) => f.minimum(a, f.multiply(b, 0.01)),
    },
  ],
  Mul: [
    {
      title: 'multiply',
      shapes: [
        [3, 5],
        [3, 1],
      ],
      build: f.multiply,
    },
    { title: 'a square', shapes: [[3, 5]], build: (x) => f.multiply(x, x) },
    { title: 'by a scalar tensor', shapes: [[3, 5], []], build: f.multiply },
  ],
  Neg: [{ title: 'negate', shapes: [[3, 5]], build: f.negate }],
  Pad: [
    { title: 'pad', shapes: [[2, 3, 2]], build: (x) => f.pad(x, 1, 2, 1) },
    { title: 'pad and crop', shapes: [[2, 5, 2]], build: (x) => f.pad(x, 1, -2, 1) },
    { title: 'im2col of a sequence', shapes: [[2, 5, 3]], build: (x) => f.im2col1d(x, 3) },
  ],
  ReduceMax: [
    {
      title: 'maximum over axes',
      shapes: [[3, 2, 5]],
      ranges: ['far apart'],
      build: (x) => f.reduceMax(x, [0, 2]),
    },
    {
      title: 'uneven windows',
      shapes: [[1, 7, 2]],
      ranges: ['far apart'],
      build: (x) => f.adaptiveMaxPool1d(x, 3),
    },
  ],
  ReduceMean: [
    { title: 'mean over axes', shapes: [[3, 2, 5]], build: (x) => f.reduceMean(f.exp(x), [0, 2]) },
    { title: 'mean', shapes: [[3, 5]], build: (x) => f.reduceMean(f.exp(x)) },
  ],
  ReduceSum: [
    { title: 'sum over axes', shapes: [[3, 2, 5]], build: (x) => f.reduceSum(f.exp(x), [0, -1]) },
    { title: 'sum kept', shapes: [[3, 5]], build: (x) => f.reduceSum(f.exp(x), [1], { keepDims: true }) },
  ],
  Relu: [{ title: 'relu', shapes: [[3, 5]], ranges: ['away from zero'], build: f.relu }],
  Reshape: [{ title: 'reshape', shapes: [[3, 4]], build: (x) => f.reshape(f.exp(x), [2, 6]) }],
  Reverse: [{ title: 'reverse', shapes: [[2, 3, 5]], build: (x) => f.reverse(f.exp(x), 1) }],
  ScaledColumns: [
    {
      title: 'columns of a length',
      shapes: [[4, 3]],
      build: (x) => f.scaleColumns(x, x.graph.constant(0.6)),
    },
  ],
  Scan: 'unsupported',
  ScatterElements: 'unsupported',
  Shrink: [{ title: 'shrink', shapes: [[3, 5]], ranges: ['away from zero'], build: (x) => f.shrink(x, 0.2) }],
  Sigmoid: [{ title: 'sigmoid', shapes: [[3, 5]], build: f.sigmoid }],
  Sign: { zero: f.sign },
  Slice: [{ title: 'slice', shapes: [[2, 5, 3]], build: (x) => f.slice(x, 1, 1, 4) }],
  SliceAt: 'unsupported',
  SoftThreshold: [
    {
      title: 'a scalar threshold',
      shapes: [[3, 5], []],
      ranges: ['far apart', 'positive'],
      build: f.softThreshold,
    },
    {
      title: 'a threshold per column',
      shapes: [[3, 5], [5]],
      ranges: ['far apart', 'positive'],
      build: (x, t) => f.softThreshold(x, f.multiply(t, 0.01)),
    },
  ],
  Softmax: [
    { title: 'softmax', shapes: [[3, 5]], build: (x) => f.softmax(x) },
    { title: 'softmax of an inner axis', shapes: [[2, 3, 5]], build: (x) => f.softmax(x, 1) },
  ],
  Softplus: [{ title: 'softplus', shapes: [[3, 5]], build: f.softplus }],
  Split: [
    {
      title: 'split',
      shapes: [[2, 6]],
      build: (x) => f.split(x, [1, 2, 3], 1).map((piece, i) => f.multiply(piece, i + 1)),
    },
    { title: 'a piece unused', shapes: [[2, 6]], build: (x) => f.split(f.exp(x), [1, 2, 3], 1)[1] },
  ],
  Sqrt: [{ title: 'sqrt', shapes: [[3, 5]], ranges: ['positive'], build: f.sqrt }],
  Step: { zero: step },
  StopGradient: { zero: f.stopGradient },
  Sub: [
    { title: 'subtract', shapes: [[5], [3, 1]], build: f.subtract },
    { title: 'from a number', shapes: [[5]], build: (x) => f.subtract(1, x) },
  ],
  Tanh: [{ title: 'tanh', shapes: [[3, 5]], build: f.tanh }],
  Transpose: [{ title: 'transpose', shapes: [[2, 3, 5]], build: (x) => f.transpose(x, [2, 0, 1]) }],
  WeightedSums: [
    {
      title: 'weighted sums',
      shapes: [
        [2, 3],
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      build: (a, b, c, weights) => f.weightedSums([a, b, c], weights),
    },
  ],
  Where: [
    {
      title: 'where',
      shapes: [
        [3, 5],
        [3, 1],
      ],
      build: (a, b) => f.where(f.greater(a.graph.constant([1, -1, 1, 1, -1]), 0), a, b),
    },
  ],
}
