import { z } from 'zod'

/** What one player contributes, in units of the value function (0–1). */
const contribution = z.object({
  /** The player's id. */
  id: z.string(),
  /** The Shapley value φ, or its estimate. */
  phi: z.number(),
  /** Standard error of φ; 0 where it is exact, null where one sample alone cannot tell. */
  standardError: z.number().nullable(),
  /** The 95 % band of `band.ts`: Student's, wider towards a long tail; null with `standardError`. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /**
   * How far φ may lie outside the band by contributions that were too rare to be seen. Only where all samples are the
   * same although those of other players are not: then the band has no width. Missing in older logs.
   */
  unseen: z.number().optional(),
  /** Marginal contributions that went into φ; the coalitions that it was fitted to, where it was (`kernel`). */
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

/** What ended an estimation; `enumerated`: no coalition is left. */
const stops = ['budget', 'evaluations', 'seconds', 'standard-error', 'enumerated'] as const

/** What was known after so many evaluations. */
const tracePoint = z.object({
  evaluations: z.number(),
  /** In the order of the result's contributions, as are the standard errors. */
  phi: z.array(z.number()),
  standardError: z.array(z.number().nullable()),
})
export type TracePoint = z.infer<typeof tracePoint>

/** What cutting permutations short has left out, in units of the value function. */
const truncationBias = z.object({
  /**
   * Of all players together: the mean of what lies behind the cuts, v(N) − v(at the cut) where players join, v(at the cut) −
   * v(∅) where they leave. Known, not estimated.
   */
  total: z.number(),
  /**
   * The most that one player can be off: what can lie behind a cut (the tolerance; with removals what does), on average
   * over permutations, those cut before its turn counting. Holds where contributions behind a cut have one sign; where
   * some help and others harm, they may hide each other and be larger.
   */
  most: z.number(),
  /** The most that is missing from one player's φ̂ on average over those permutations that were walked to their end. */
  seen: z.number(),
  /** How many these are; of a few, `seen` is a rough guess. */
  walkedOn: z.number(),
})
export type TruncationBias = z.infer<typeof truncationBias>

/** The outcome of an estimation; it carries where it comes from. What is optional is missing in older logs. */
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
  /** One for each decision with at least two players, by paired differences. */
  orders: z.array(decisionOrder).optional(),
  /** `seconds` depends on the machine: such a result is not reproducible. */
  stopped: z.enum(stops).optional(),
  /**
   * The expectation of every φ̂ is φ. Not where permutations are cut or a fit has to invert what it has drawn, and not
   * where the standard error itself ended the drawing: small errors end it early.
   */
  unbiased: z.boolean().optional(),
  /** Only where permutations were cut short. */
  bias: truncationBias.optional(),
  /** About 2^k evaluations each, the last one being the result; kept in a log where the configuration asks for it. */
  trace: z.array(tracePoint).optional(),
})
export type ShapleyResult = z.infer<typeof shapleyResult>
