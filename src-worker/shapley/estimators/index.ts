import { antithetic } from './antithetic.ts'
import { earlyTruncation } from './early-truncation.ts'
import { exact } from './exact.ts'
import { grouped } from './grouped.ts'
import { kernel } from './kernel.ts'
import { permutation } from './permutation.ts'
import { truncated } from './truncated.ts'

/** Every estimator by its name. */
export const estimators = {
  antithetic,
  'early-truncation': earlyTruncation,
  exact,
  grouped,
  kernel,
  permutation,
  truncated,
} as const
