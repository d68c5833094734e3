import { defineComposite } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { relu, sigmoid, step } from './activation.ts'
import { multiply, subtract } from './arithmetic.ts'

/**
 * y = v · σ(g), and with a mask m of zeros and ones y = v · σ(g) · m. Inputs: v, g, and m, all of one shape.
 * dv = dy · σ(g) · m;  dg = dy · y · (1 − σ(g)), because m² = m.
 */
export const GatedUnit = defineComposite({
  name: 'GatedUnit',
  lower: (_graph, [value, gate, mask]) => {
    const open = sigmoid(gate)
    const share = mask ? multiply(open, mask) : open
    return { outputs: [multiply(value, share)], saved: [open, share] }
  },
  gradient: ({ inputs, outputs: [y], saved: [open, share], needs }, [dy]) => [
    needs(0) ? multiply(dy, share) : undefined,
    needs(1) ? multiply(multiply(dy, y), subtract(1, open)) : undefined,
    ...inputs.slice(2).map(() => undefined),
  ],
})

/** y = max(x, 0) · m with a mask m of zeros and ones. Inputs: x, m.  dx = dy where y > 0. */
export const MaskedRelu = defineComposite({
  name: 'MaskedRelu',
  lower: (_graph, [x, mask]) => ({ outputs: [multiply(relu(x), mask)] }),
  gradient: ({ outputs: [y] }, [dy]) => [multiply(dy, step(y)), undefined],
})

/** v · σ(g), both of one shape. */
export function gate(value: Tensor, by: Tensor): Tensor {
  return value.graph.apply(GatedUnit, [value, by])[0]
}
