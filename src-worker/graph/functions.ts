/** What graphs are built from: every function applies primitives to the graph of its tensors. */
export {
  abs,
  exp,
  log,
  relu,
  shrink,
  sigmoid,
  sign,
  softplus,
  sqrt,
  stopGradient,
  tanh,
} from './primitives/activation.ts'
export { add, divide, multiply, negate, subtract } from './primitives/arithmetic.ts'
export { convolve3x3 } from './primitives/convolution.ts'
export { pad, reverse, slice, sliceAt } from './primitives/crop.ts'
export { gate } from './primitives/gating.ts'
export { gather } from './primitives/gather.ts'
export { concat, split } from './primitives/join.ts'
export { binaryCrossEntropy, crossEntropy } from './primitives/loss.ts'
export { weightedSums } from './primitives/mixing.ts'
export {
  batchNormInference,
  batchNormLine,
  batchNormTraining,
  layerNorm,
  scaleColumns,
} from './primitives/normalisation.ts'
export { gemm, matmul } from './primitives/product.ts'
export { reduceMax, reduceMean } from './primitives/reduction.ts'
export { expand, reduceSum, reshape, transpose } from './primitives/reshape.ts'
export { clip, equal, greater, greaterOrEqual, maximum, minimum, where } from './primitives/selection.ts'
export { logSoftmax, softmax } from './primitives/softmax.ts'
export { softThreshold } from './primitives/threshold.ts'
export { keep, scale } from './rewrite.ts'
export { conditional, scan } from './subgraph.ts'
export { adaptiveMaxPool1d, adaptiveMaxPool2d, col2im1d, im2col1d, maxPool2x2 } from './window.ts'
