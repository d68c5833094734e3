import { z } from 'zod'

/** What one player contributes, in units of the value function (0–1). */
const contribution = z.object({
  /** The player's id. */
  id: z.string(),
  /** The Shapley value φ, or its estimate. */
  phi: z.number(),
  /** Standard error of φ; 0 where it is exact, null where one sample alone cannot tell. */
  standardError: z.number().nullable(),
  /** The 95 % band φ ± t·se; null with `standardError`. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Marginal contributions that went into φ. */
  samples: z.number(),
})
export type Contribution = z.infer<typeof contribution>

/** How sure the ranking at the top of one decision is; `order.ts` says how it is found. */
const decisionOrder = z.object({
  decision: z.string(),
  /** Ids of the two players with the largest φ. */
  first: z.string(),
  second: z.string(),
  /** φ of the first less φ of the second, over the permutations in which both were valued. */
  difference: z.number(),
  /** Its standard error; 0 where φ is exact, null where one permutation alone cannot tell. */
  standardError: z.number().nullable(),
  /** The difference clears the sampling error of this epoch. Drift between epochs is another matter. */
  settled: z.boolean(),
})
export type DecisionOrder = z.infer<typeof decisionOrder>

/** The outcome of an estimation; it carries where it comes from. */
export const shapleyResult = z.object({
  estimator: z.string(),
  exact: z.boolean(),
  contributions: z.array(contribution),
  /** v(N), all players present. */
  grand: z.number(),
  /** v(∅). */
  empty: z.number(),
  /** Σφ − (v(N) − v(∅)); not zero where players have unequal budgets. */
  gap: z.number(),
  /** Distinct coalitions evaluated: the budget's unit. */
  evaluations: z.number(),
  /** Coalition values asked for, repeats included. */
  requests: z.number(),
  /** One for each decision with at least two players, by paired differences; older logs have none. */
  orders: z.array(decisionOrder).optional(),
})
export type ShapleyResult = z.infer<typeof shapleyResult>
