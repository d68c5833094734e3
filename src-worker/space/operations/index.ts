import type { OperationName } from '#contract/genotype.ts'
import type { Operation } from '../operation.ts'
import { concat } from './concat.ts'
import { concatFc } from './concat-fc.ts'
import { glu } from './glu.ts'
import { linearGlu } from './linear-glu.ts'
import { scaleDotAttention } from './scale-dot-attention.ts'
import { seLayer } from './se-layer.ts'
import { sparseAttention } from './sparse-attention.ts'
import { sparseConcat } from './sparse-concat.ts'
import { sparseGlu } from './sparse-glu.ts'
import { sparseSeLayer } from './sparse-se-layer.ts'
import { sum } from './sum.ts'

/** Every candidate operation. */
export const operations: Record<OperationName, Operation> = {
  sum,
  glu,
  concat,
  se_layer: seLayer,
  sparse_attention: sparseAttention,
  sparse_glu: sparseGlu,
  sparse_concat: sparseConcat,
  sparse_se_layer: sparseSeLayer,
  scale_dot_attention: scaleDotAttention,
  linear_glu: linearGlu,
  concat_fc: concatFc,
}
