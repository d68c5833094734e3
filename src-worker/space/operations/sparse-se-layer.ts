import { multiply, relu, sigmoid } from '../../graph/functions.ts'
import { defineOperation, squeeze } from '../operation.ts'

export const sparseSeLayer = defineOperation({
  name: 'sparse_se_layer',
  family: 'sparse',
  formula:
    'D(N(A([x; y])) ⊙ σ(A₂(ReLU(A₁(p) + b₁)) + b₂) + b), A(u) the sparse code of u, p the mean of [x; y] over positions',
  source: 'SM-ShapNAS, Eq. 21',
  dictionaries: ({ channels, hidden, kernel, length }) => [
    { name: 'a1', shape: [2 * channels, hidden, 1], length: 1 },
    { name: 'a2', shape: [hidden, channels, 1], length: 1 },
    { name: 'a', shape: [2 * channels, channels, kernel], length },
  ],
  build(node, x, y) {
    const squeezed = relu(node.bias('b1', node.code(squeeze([x, y]), 'a1')))
    const gate = sigmoid(node.bias('b2', node.code([squeezed], 'a2')))
    const value = node.norm('norm', node.code([x, y], 'a'))
    return node.dropout(node.bias('b', multiply(value, gate)))
  },
})
