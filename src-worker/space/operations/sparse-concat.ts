import { relu } from '../../graph/functions.ts'
import { defineOperation } from '../operation.ts'

export const sparseConcat = defineOperation({
  name: 'sparse_concat',
  family: 'sparse',
  formula: 'D(ReLU(N(A([x; y]) + b))), A(u) the sparse code of u',
  source: 'SM-ShapNAS, Eq. 20',
  dictionaries: ({ channels, kernel, length }) => [
    { name: 'a', shape: [2 * channels, channels, kernel], length },
  ],
  build: (node, x, y) => node.dropout(relu(node.norm('norm', node.bias('b', node.code([x, y], 'a'))))),
})
