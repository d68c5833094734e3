import { gate } from '../../graph/functions.ts'
import { defineOperation } from '../operation.ts'

export const sparseGlu = defineOperation({
  name: 'sparse_glu',
  family: 'sparse',
  formula: 'D(N(A₁(x) + b₁) ⊙ σ(N(A₂(y) + b₂))), A(u) the sparse code of u',
  source: 'SM-ShapNAS, Eq. 19',
  dictionaries: ({ channels, kernel, length }) =>
    ['a1', 'a2'].map((name) => ({ name, shape: [channels, channels, kernel], length })),
  build(node, x, y) {
    const value = node.norm('norm1', node.bias('b1', node.code([x], 'a1')))
    const by = node.norm('norm2', node.bias('b2', node.code([y], 'a2')))
    return node.dropout(gate(value, by))
  },
})
