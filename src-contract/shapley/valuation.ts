import { z } from 'zod'
import { estimatorNames, metricNames, type RunConfig } from '../config.ts'
import { recordHead } from '../run/record.ts'
import { latest, type RunState } from '../run/state.ts'
import { shapleyResult, type ShapleyResult } from '../shapley.ts'

const seed = z.int().min(0).max(0xffffffff)
const limit = z.number().positive().nullable()

/** How the supernet that a search has left is to be valued again. Nothing is trained. */
export const revaluationRequest = z.strictObject({
  estimator: z.enum(estimatorNames),
  /** What v(S) is of the answers; φ by another metric than the search's is in other units. */
  metric: z.enum(metricNames),
  /**
   * Permutations of edges and ordinary operations; sparse ones have as many times more as in the search (`grouped`).
   * Null: as many as the limits below allow, or as in the search where there is none.
   */
  permutations: z.int().min(2).max(10_000).nullable(),
  /** Distinct coalitions at most. */
  evaluations: z.int().min(1).max(10_000_000).nullable(),
  /** Wall-clock: the result then depends on the machine. */
  seconds: limit,
  /** Enough once every player's standard error is at most this; in units of the value function. */
  standardError: limit,
  /** Where `truncated` cuts a permutation: |v(N) − v(S)| below it. */
  tolerance: z.number().min(0).max(1),
  /** η of `early-truncation`: a permutation ends once v(S) < η v(N); as in the search when left out. */
  threshold: z.number().min(0).max(1).optional(),
  /** Of the permutations or pairs that are drawn. */
  seed,
  /** Validation samples that value every coalition; null for the whole split. */
  batchSize: z.int().min(8).nullable(),
  /** Of the draw of those samples; the run's own seed draws those of its last epoch. */
  batchSeed: seed,
})
export type RevaluationRequest = z.infer<typeof revaluationRequest>

/** The content of `valuations/<id>.json` in a run's directory: what was asked, and what came of it. */
export const revaluation = z.object({
  ...recordHead,
  request: revaluationRequest,
  /** The search epoch, from 0, whose supernet and mixture were valued: the last. */
  epoch: z.int(),
  /** Validation samples that valued every coalition. */
  samples: z.int(),
  /** Wall-clock seconds of the estimation alone. */
  seconds: z.number(),
  result: shapleyResult,
})
export type Revaluation = z.infer<typeof revaluation>

/** A seed other than the run's, so that the draws are independent of those of the search. */
const otherSeed = (config: RunConfig): number => (config.seed + 1) % 0x1_0000_0000

/**
 * A re-valuation as the search valued its last epoch, on the same samples, but for the draws. Its sampling error is
 * independent of the search's.
 */
export function ownRequest(config: RunConfig): RevaluationRequest {
  const { estimator, metric, tolerance, batchSize, samplesNormal, evaluations, seconds, standardError } =
    config.valuation
  return {
    estimator,
    metric,
    permutations: samplesNormal,
    evaluations: evaluations ?? null,
    seconds: seconds ?? null,
    standardError: standardError ?? null,
    tolerance,
    seed: otherSeed(config),
    batchSize,
    batchSeed: config.seed,
  }
}

/** Samples of the validation split that a request asks for. */
export function samplesOf({ batchSize }: Pick<RevaluationRequest, 'batchSize'>, validation: number): number {
  return Math.min(batchSize ?? validation, validation)
}

const stops = {
  budget: 'its permutations are spent',
  evaluations: 'its evaluations are spent',
  seconds: 'its time is up',
  'standard-error': 'every error is small enough',
  enumerated: 'every coalition is valued',
} as const satisfies Record<NonNullable<ShapleyResult['stopped']>, string>

/** What ended an estimation, in words; null for logs of versions that did not tell. */
export const stopWords = ({ stopped }: Pick<ShapleyResult, 'stopped'>): string | null =>
  stopped ? stops[stopped] : null

const points = (share: number): string => (100 * share).toFixed(2)

/**
 * Whether the expectation of φ̂ is φ, and if not, by how much it is off, in words; null for logs of versions that did not
 * tell.
 */
export function biasWords({ exact, unbiased, bias, stopped }: ShapleyResult): string | null {
  if (exact) return 'none, and no error: every coalition was valued'
  if (bias)
    return (
      `cutting orders short left out ${points(bias.total)} points of all choices together; at most ` +
      `${points(bias.most)} of one where contributions have one sign; ${points(bias.seen)} was seen in the ` +
      `${bias.walkedOn === 1 ? 'one order' : `${bias.walkedOn} orders`} that went on`
    )
  if (stopped === 'standard-error') return 'slight: small errors ended it, and a lucky start has small errors'
  if (unbiased === undefined) return null
  return unbiased
    ? 'none: the mean of many such estimates is φ'
    : 'slight, and falls with the evaluations: the fit inverts what it has drawn'
}

/** Whether a re-valuation values with the samples that the last epoch of the search used. */
export function onOwnBatch(
  { batchSeed, batchSize }: Pick<RevaluationRequest, 'batchSeed' | 'batchSize'>,
  config: RunConfig,
  validation: number,
): boolean {
  const own = samplesOf(config.valuation, validation)
  const samples = samplesOf({ batchSize }, validation)
  return samples === own && (batchSeed === config.seed || samples === validation)
}

/** Why the supernet of a run cannot be valued again yet; null when it can. */
export const whyNotRevaluable = (state: RunState): string | null =>
  latest(state, 'searched') ? null : 'its search has not ended, and only then is its supernet kept'

/**
 * Seconds that one evaluation of the last epoch took, seen from outside: the time between that epoch's last step and its
 * end, over its evaluations. It counts the calibration and the score of the genotype in, so it is a little too much.
 * Null for a search that did not value, or whose log has no step of that epoch.
 */
export function secondsPerEvaluation(state: RunState): number | null {
  const [last, before] = state.byType['search-epoch'].toReversed()
  if (!last?.shapley) return null
  const steps = state.byType.step.filter(
    ({ phase, at, seq }) => phase === 'search' && seq < last.seq && (!before || at >= before.at),
  )
  const from = steps.at(-1)?.at
  return from === undefined ? null : (last.at - from) / 1000 / last.shapley.evaluations
}

/**
 * The newest φ of the search itself and its epoch; null where it valued nothing. Where φ comes before the weights of an
 * epoch (shapley-nas) the last epoch has none.
 */
export function newestValuation(state: RunState): { epoch: number; result: ShapleyResult } | null {
  const valued = state.byType['search-epoch'].findLast(({ shapley }) => shapley !== null)
  return valued ? { epoch: valued.epoch, result: valued.shapley! } : null
}

/** What the search found of the supernet that it left; null where it did not value its last epoch. */
export const ownResult = (state: RunState): ShapleyResult | null =>
  latest(state, 'search-epoch')?.shapley ?? null
