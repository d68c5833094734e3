import { attend, defineOperation } from '../operation.ts'

/** BM-NAS's own rate; a space with less dropout keeps to less. */
const dropout = 0.1

export const scaleDotAttention = defineOperation({
  name: 'scale_dot_attention',
  family: 'normal',
  formula: 'layer norm(D(softmax(x·yᵀ / √C)·y))',
  source: 'BM-NAS, scaled dot-product attention',
  build: (node, x, y) => node.layerNorm(node.dropout(attend(x, y, y), Math.min(dropout, node.dropoutRate))),
})
