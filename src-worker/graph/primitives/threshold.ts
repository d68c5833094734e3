import { defineComposite } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { abs, shrink, sign, step } from './activation.ts'
import { multiply, negate, subtract, type Operand } from './arithmetic.ts'
import { reduceTo, reshape } from './reshape.ts'
import { clip, maximum, minimum } from './selection.ts'

/**
 * y = x − clip(x, −t, t) = sign(x) · max(|x| − t, 0), with a threshold t ≥ 0 that broadcasts to x.
 * dx = dy where y ≠ 0;  dt = −Σ dy · sign(y)
 */
export const SoftThreshold = defineComposite({
  name: 'SoftThreshold',
  lower: (_graph, [x, t]) => {
    const scalar = t.shape.every((size) => size === 1)
    const limit = scalar ? reshape(t, []) : t
    const inside = scalar ? clip(x, negate(limit), limit) : minimum(maximum(x, negate(t)), t)
    return { outputs: [subtract(x, inside)] }
  },
  gradient: ({ inputs: [, t], outputs: [y], needs }, [dy]) => [
    needs(0) ? multiply(dy, step(abs(y))) : undefined,
    needs(1) ? negate(reduceTo(multiply(dy, sign(y)), t.shape)) : undefined,
  ],
})

/** sign(x) · max(|x| − threshold, 0); the threshold is a number or a tensor that broadcasts to x, and not negative. */
export function softThreshold(x: Tensor, threshold: Operand): Tensor {
  if (typeof threshold === 'number') return shrink(x, threshold)
  return x.graph.apply(SoftThreshold, [x, threshold])[0]
}
