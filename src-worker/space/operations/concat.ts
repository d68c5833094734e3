import { relu } from '../../graph/functions.ts'
import { defineOperation } from '../operation.ts'

export const concat = defineOperation({
  name: 'concat',
  family: 'normal',
  formula: 'D(ReLU(N([x; y]·W + b)))',
  source: 'SM-ShapNAS, Eq. 17',
  build: (node, x, y) =>
    node.dropout(relu(node.norm('norm', node.linear([x, y], 'w', node.size.channels, 'b')))),
})
