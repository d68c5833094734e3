import { gate } from '../../graph/functions.ts'
import { defineOperation } from '../operation.ts'

export const linearGlu = defineOperation({
  name: 'linear_glu',
  family: 'normal',
  formula: 'D(v ⊙ σ(g)), [v; g] = N([x; y]·W + b)',
  source: 'BM-NAS, linear GLU',
  build(node, x, y) {
    const { channels } = node.size
    const both = node.norm('norm', node.linear([x, y], 'w', 2 * channels, 'b'))
    const [value, by] = node.halves(both)
    return node.dropout(gate(value, by))
  },
})
