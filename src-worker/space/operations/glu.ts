import { gate } from '../../graph/functions.ts'
import { defineOperation } from '../operation.ts'

export const glu = defineOperation({
  name: 'glu',
  family: 'normal',
  formula: 'D(N(x·W₁ + b₁) ⊙ σ(N(y·W₂ + b₂)))',
  source: 'SM-ShapNAS, Eq. 16',
  build(node, x, y) {
    const { channels } = node.size
    const value = node.norm('norm1', node.linear([x], 'w1', channels, 'b1'))
    const by = node.norm('norm2', node.linear([y], 'w2', channels, 'b2'))
    return node.dropout(gate(value, by))
  },
})
