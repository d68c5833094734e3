import { z } from 'zod'
import type { Contribution, ShapleyResult } from '../shapley.ts'
import { studentT } from '../statistics/student-t.ts'
import { playersOfSwap, type Swap } from './swaps.ts'

/** What φ lets expect of a swap, in units of the value function (0–1). */
export const predictedChange = z.object({
  /** φ of what comes in less φ of what goes out. */
  change: z.number(),
  /** Null where one sample alone cannot tell. */
  standardError: z.number().nullable(),
  /** The 95 % band, with what either φ may not have seen; null with `standardError`. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /**
   * `paired`: over the permutations in which both were valued; `independent`: the root of the sum of squares of both
   * standard errors, as if they were sampled apart, which usually is too wide; `exact`: none.
   */
  errors: z.enum(['paired', 'independent', 'exact']),
})
export type PredictedChange = z.infer<typeof predictedChange>

/** Null where one of both was not valued. */
export function predictChange(
  { contributions, exact, orders }: Pick<ShapleyResult, 'contributions' | 'exact' | 'orders'>,
  one: Swap,
): PredictedChange | null {
  const players = playersOfSwap(one)
  const [old, next] = [players.out, players.in].map((id) => contributions.find((found) => found.id === id))
  if (!old || !next) return null
  const change = next.phi - old.phi
  if (exact) return { change, standardError: 0, low: change, high: change, errors: 'exact' }
  const order = orders?.find(
    ({ first, second }) =>
      (first === players.in && second === players.out) || (first === players.out && second === players.in),
  )
  const errors = order ? 'paired' : 'independent'
  const standardError = order ? order.standardError : addedErrors(old, next)
  if (standardError === null) return { change, standardError, low: null, high: null, errors }
  const sampled = studentT(0.05, Math.max(1, Math.min(old.samples, next.samples) - 1)) * standardError
  const half = Math.hypot(sampled, old.unseen ?? 0, next.unseen ?? 0)
  return { change, standardError, low: change - half, high: change + half, errors }
}

const addedErrors = (a: Contribution, b: Contribution): number | null =>
  a.standardError === null || b.standardError === null ? null : Math.hypot(a.standardError, b.standardError)
