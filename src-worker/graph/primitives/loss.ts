import { defineComposite } from '../primitive.ts'
import { elementCount, type Tensor } from '../tensor.ts'
import { exp, sigmoid, softplus } from './activation.ts'
import { multiply, negate, subtract } from './arithmetic.ts'
import { reduceMean } from './reduction.ts'
import { reduceSum } from './reshape.ts'
import { logSoftmax } from './softmax.ts'

/**
 * −Σ t · ln softmax(x) over classes, mean over rows. Inputs: logits x[B, K], targets t[B, K].
 * dx = (softmax(x) · Σt − t) · dy / B;  dt = −ln softmax(x) · dy / B
 */
export const CrossEntropy = defineComposite({
  name: 'CrossEntropy',
  lower: (_graph, [logits, target]) => {
    const logarithms = logSoftmax(logits, 1)
    const perRow = reduceSum(multiply(target, logarithms), [1])
    return { outputs: [negate(reduceMean(perRow))], saved: [logarithms] }
  },
  gradient: ({ inputs: [logits, target], saved: [logarithms], needs }, [dy]) => {
    const share = multiply(dy, 1 / logits.shape[0])
    const mass = () => reduceSum(target, [1], { keepDims: true })
    return [
      needs(0) ? multiply(subtract(multiply(exp(logarithms), mass()), target), share) : undefined,
      needs(1) ? negate(multiply(logarithms, share)) : undefined,
    ]
  },
})

/**
 * Mean of softplus(x) − x · t over all elements. Inputs: logits x, targets t of the same shape.
 * dx = (σ(x) − t) · dy / N;  dt = −x · dy / N
 */
export const BinaryCrossEntropy = defineComposite({
  name: 'BinaryCrossEntropy',
  lower: (_graph, [logits, target]) => ({
    outputs: [reduceMean(subtract(softplus(logits), multiply(logits, target)))],
  }),
  gradient: ({ inputs: [logits, target], needs }, [dy]) => {
    const share = multiply(dy, 1 / elementCount(logits.shape))
    return [
      needs(0) ? multiply(subtract(sigmoid(logits), target), share) : undefined,
      needs(1) ? negate(multiply(logits, share)) : undefined,
    ]
  },
})

/** Mean cross entropy of logits[B, K] against targets[B, K], one-hot or probabilities; a row of zeros adds nothing. */
export function crossEntropy(logits: Tensor, target: Tensor): Tensor {
  return logits.graph.apply(CrossEntropy, [logits, target])[0]
}

/** Mean binary cross entropy of logits against targets in [0, 1], over all elements. */
export function binaryCrossEntropy(logits: Tensor, target: Tensor): Tensor {
  return logits.graph.apply(BinaryCrossEntropy, [logits, target])[0]
}
