import * as activation from './activation.ts'
import * as arithmetic from './arithmetic.ts'
import * as convolution from './convolution.ts'
import * as control from './control.ts'
import * as crop from './crop.ts'
import * as gather from './gather.ts'
import * as gating from './gating.ts'
import * as join from './join.ts'
import * as loss from './loss.ts'
import * as mixing from './mixing.ts'
import * as normalisation from './normalisation.ts'
import * as product from './product.ts'
import * as reduction from './reduction.ts'
import * as reshape from './reshape.ts'
import * as selection from './selection.ts'
import * as softmax from './softmax.ts'
import * as threshold from './threshold.ts'

/** The table of all primitives. */
export const primitives = {
  Abs: activation.Abs,
  Add: arithmetic.Add,
  BatchNormalization: normalisation.BatchNormalization,
  BatchNormTraining: normalisation.BatchNormTraining,
  BinaryCrossEntropy: loss.BinaryCrossEntropy,
  Clip: selection.Clip,
  Concat: join.Concat,
  Convolution3x3: convolution.Convolution3x3,
  CrossEntropy: loss.CrossEntropy,
  Div: arithmetic.Div,
  Equal: selection.Equal,
  Exp: activation.Exp,
  Expand: reshape.Expand,
  GatedUnit: gating.GatedUnit,
  Gather: gather.Gather,
  Gemm: product.Gemm,
  Greater: selection.Greater,
  GreaterOrEqual: selection.GreaterOrEqual,
  If: control.If,
  LayerNormalization: normalisation.LayerNormalization,
  Log: activation.Log,
  LogSoftmax: softmax.LogSoftmax,
  MaskedRelu: gating.MaskedRelu,
  MatMul: product.MatMul,
  Max: selection.Max,
  Min: selection.Min,
  Mul: arithmetic.Mul,
  Neg: arithmetic.Neg,
  Pad: crop.Pad,
  ReduceMax: reduction.ReduceMax,
  ReduceMean: reduction.ReduceMean,
  ReduceSum: reshape.ReduceSum,
  Relu: activation.Relu,
  Reshape: reshape.Reshape,
  Reverse: crop.Reverse,
  ScaledColumns: normalisation.ScaledColumns,
  Scan: control.Scan,
  ScatterElements: gather.ScatterElements,
  Shrink: activation.Shrink,
  Sigmoid: activation.Sigmoid,
  Sign: activation.Sign,
  Slice: crop.Slice,
  SliceAt: crop.SliceAt,
  SoftThreshold: threshold.SoftThreshold,
  Softmax: softmax.Softmax,
  Softplus: activation.Softplus,
  Split: join.Split,
  Sqrt: activation.Sqrt,
  Step: activation.Step,
  StopGradient: activation.StopGradient,
  Sub: arithmetic.Sub,
  Tanh: activation.Tanh,
  Transpose: reshape.Transpose,
  WeightedSums: mixing.WeightedSums,
  Where: selection.Where,
}
