import { definePrimitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { defineUnary, divide, multiply, subtract } from './arithmetic.ts'

/** y = e^x.  dx = dy · y */
export const Exp = defineUnary('Exp', ({ outputs: [y] }, [dy]) => [multiply(dy, y)])

/** ln x.  dx = dy / x */
export const Log = defineUnary('Log', ({ inputs: [x] }, [dy]) => [divide(dy, x)])

/** y = √x.  dx = dy / 2y */
export const Sqrt = defineUnary('Sqrt', ({ outputs: [y] }, [dy]) => [divide(multiply(dy, 0.5), y)])

/** y = 1 / (1 + e^−x).  dx = dy · y · (1 − y) */
export const Sigmoid = defineUnary('Sigmoid', ({ outputs: [y] }, [dy]) => [
  multiply(dy, multiply(y, subtract(1, y))),
])

/** y = tanh x.  dx = dy · (1 − y²) */
export const Tanh = defineUnary('Tanh', ({ outputs: [y] }, [dy]) => [
  multiply(dy, subtract(1, multiply(y, y))),
])

/** ln(1 + e^x).  dx = dy · σ(x) */
export const Softplus = defineUnary('Softplus', ({ inputs: [x] }, [dy]) => [multiply(dy, sigmoid(x))])

/** max(x, 0); the gradient at 0 is 0. */
export const Relu = defineUnary('Relu', ({ outputs: [y] }, [dy]) => [multiply(dy, step(y))])

/**
 * 1 where x > 0, else 0, as a hard sigmoid so steep that only numbers below 1e-30 lie on its slope: one pass, where a
 * comparison and a choice take two slow ones.
 */
export const Step = definePrimitive({
  name: 'Step',
  operator: 'HardSigmoid',
  infer: ([x]) => [x],
  emit: () => ({ attributes: { alpha: { float: 1e30 }, beta: { float: 0 } } }),
  gradient: 'none',
})

/** −1, 0 or 1. */
export const Sign = defineUnary('Sign', 'none')

/** |x|; the gradient at 0 is 0. */
export const Abs = defineUnary('Abs', ({ inputs: [x] }, [dy]) => [multiply(dy, sign(x))])

/** Soft threshold with a constant: sign(x) · max(|x| − λ, 0). */
export const Shrink = definePrimitive<{ lambda: number }>({
  name: 'Shrink',
  infer: ([x]) => [x],
  emit: (_graph, { lambda }) => ({ attributes: { lambd: { float: lambda }, bias: { float: lambda } } }),
  gradient: ({ outputs: [y] }, [dy]) => [multiply(dy, step(abs(y)))],
})

/** x, through which no gradient flows. */
export const StopGradient = definePrimitive({
  name: 'StopGradient',
  operator: 'Identity',
  infer: ([x]) => [x],
  gradient: 'none',
})

export function exp(x: Tensor): Tensor {
  return x.graph.apply(Exp, [x])[0]
}

export function log(x: Tensor): Tensor {
  return x.graph.apply(Log, [x])[0]
}

export function sqrt(x: Tensor): Tensor {
  return x.graph.apply(Sqrt, [x])[0]
}

export function sigmoid(x: Tensor): Tensor {
  return x.graph.apply(Sigmoid, [x])[0]
}

export function tanh(x: Tensor): Tensor {
  return x.graph.apply(Tanh, [x])[0]
}

export function softplus(x: Tensor): Tensor {
  return x.graph.apply(Softplus, [x])[0]
}

export function relu(x: Tensor): Tensor {
  return x.graph.apply(Relu, [x])[0]
}

/** 1 where x > 0, else 0. */
export function step(x: Tensor): Tensor {
  return x.graph.apply(Step, [x])[0]
}

export function sign(x: Tensor): Tensor {
  return x.graph.apply(Sign, [x])[0]
}

export function abs(x: Tensor): Tensor {
  return x.graph.apply(Abs, [x])[0]
}

/** Soft threshold with the constant λ ≥ 0: sign(x) · max(|x| − λ, 0). */
export function shrink(x: Tensor, lambda: number): Tensor {
  return x.graph.apply(Shrink, [x], { lambda })[0]
}

/** x as a constant of the gradient. */
export function stopGradient(x: Tensor): Tensor {
  return x.graph.apply(StopGradient, [x])[0]
}
