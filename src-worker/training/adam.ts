import { add, divide, multiply, sqrt, subtract } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'

export interface AdamOptions {
  /** L2 penalty, added to the gradient as PyTorch's Adam does (not AdamW). */
  readonly weightDecay: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** Flat vectors; the moments are kept divided by 1 − β₁ and 1 − β₂, which saves two passes over them. */
interface AdamTensors {
  readonly weights: Tensor
  readonly m: Tensor
  readonly v: Tensor
}

/** Stands for a rate of zero, which would divide by zero; it moves a weight by a trace of 1e-30. */
const smallestRate = 1e-30

/**
 * The two scalars of step t (counted from 1), with r = learning rate · (1 − β₁) / (1 − β₁ᵗ):
 * slope = √((1 − β₂) / (1 − β₂ᵗ)) / r and floor = ε / r.
 */
export function adamScalars(
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon }: AdamOptions,
): { slope: number; floor: number } {
  const rate = Math.max(smallestRate, (learningRate * (1 - beta1)) / (1 - beta1 ** step))
  return { slope: Math.sqrt((1 - beta2) / (1 - beta2 ** step)) / rate, floor: epsilon / rate }
}

/**
 * One update by Adam with PyTorch's semantics, in as few passes as its formulas allow:
 * g ← g + λw;  m ← β₁m + g;  v ← β₂v + g²;  w ← w − m / (√v · slope + floor).
 */
export function adam(
  state: AdamTensors,
  gradient: Tensor,
  scalars: { slope: Tensor; floor: Tensor },
  { weightDecay, beta1, beta2 }: AdamOptions,
): AdamTensors {
  const g = weightDecay === 0 ? gradient : add(gradient, multiply(state.weights, weightDecay))
  const m = add(multiply(state.m, beta1), g)
  const v = add(multiply(state.v, beta2), multiply(g, g))
  const deviation = add(multiply(sqrt(v), scalars.slope), scalars.floor)
  return { weights: subtract(state.weights, divide(m, deviation)), m, v }
}
