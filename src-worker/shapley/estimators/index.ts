import { antithetic } from './antithetic.ts'
import { exact } from './exact.ts'
import { grouped } from './grouped.ts'
import { permutation } from './permutation.ts'
import { truncated } from './truncated.ts'

/** Every estimator by its name. */
export const estimators = { antithetic, exact, grouped, permutation, truncated } as const
