import { add, divide, multiply, sqrt, subtract } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'

export interface AdamOptions {
  /** L2 penalty, added to the gradient as PyTorch's Adam does (not AdamW). */
  readonly weightDecay: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

interface AdamTensors {
  readonly weights: Tensor
  readonly m: Tensor
  readonly v: Tensor
}

/** The two scalars of step t (counted from 1): learning rate / (1 − β₁ᵗ), and 1 / √(1 − β₂ᵗ). */
export function adamScalars(
  step: number,
  learningRate: number,
  { beta1, beta2 }: AdamOptions,
): { rate: number; correction: number } {
  return { rate: learningRate / (1 - beta1 ** step), correction: 1 / Math.sqrt(1 - beta2 ** step) }
}

/**
 * One update by Adam on flat vectors, with PyTorch's semantics:
 * g ← g + λw;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  w ← w − rate · m / (√v · correction + ε).
 */
export function adam(
  state: AdamTensors,
  gradient: Tensor,
  scalars: { rate: Tensor; correction: Tensor },
  { weightDecay, beta1, beta2, epsilon }: AdamOptions,
): AdamTensors {
  const g = weightDecay === 0 ? gradient : add(gradient, multiply(state.weights, weightDecay))
  const m = add(multiply(state.m, beta1), multiply(g, 1 - beta1))
  const v = add(multiply(state.v, beta2), multiply(multiply(g, g), 1 - beta2))
  const deviation = add(multiply(sqrt(v), scalars.correction), epsilon)
  return { weights: subtract(state.weights, divide(multiply(m, scalars.rate), deviation)), m, v }
}
