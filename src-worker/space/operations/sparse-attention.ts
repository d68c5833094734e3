import { defineOperation, attend } from '../operation.ts'

export const sparseAttention = defineOperation({
  name: 'sparse_attention',
  family: 'sparse',
  formula: 'layer norm(D(softmax(A_q(x)·A_k(y)ᵀ / √C)·A_v(y))), A(u) the sparse code of u',
  source: 'SM-ShapNAS, Eqs. 14 and 15',
  dictionaries: ({ channels }) =>
    ['aq', 'ak', 'av'].map((name) => ({ name, shape: [channels, channels, 1], length: 1 })),
  build(node, x, y) {
    const attended = attend(node.code([x], 'aq'), node.code([y], 'ak'), node.code([y], 'av'))
    return node.layerNorm(node.dropout(attended))
  },
})
