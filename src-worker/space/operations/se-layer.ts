import { multiply, relu, sigmoid } from '../../graph/functions.ts'
import { defineOperation, squeeze } from '../operation.ts'

export const seLayer = defineOperation({
  name: 'se_layer',
  family: 'normal',
  formula: 'D(N([x; y]·W) ⊙ σ(ReLU(p·W₁ + b₁)·W₂ + b₂) + b), p the mean of [x; y] over positions',
  source: 'SM-ShapNAS, Eq. 18',
  build(node, x, y) {
    const { channels, hidden } = node.size
    const squeezed = relu(node.linear(squeeze([x, y]), 'w1', hidden, 'b1'))
    const gate = sigmoid(node.linear([squeezed], 'w2', channels, 'b2'))
    const value = node.norm('norm', node.linear([x, y], 'w', channels))
    return node.dropout(node.bias('b', multiply(value, gate)))
  },
})
