import { Problem } from '#contract/problem.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import type { Game } from './game.ts'
import { memoise } from './memoise.ts'
import type { MemoisedGame } from './memoise.ts'

/** What may end an estimation before its budgets are spent; two units (permutations, pairs) are always drawn. */
interface StoppingRules {
  /**
   * Distinct coalitions at most. How many units that allows is told before any is drawn, as if they shared none, so
   * that the rule leaves an unbiased estimator unbiased.
   */
  evaluations?: number
  /** Wall-clock seconds, looked at between rounds; the result is then not reproducible. */
  seconds?: number
  /** Every player's standard error is at most this, looked at after 8, 16, 32, … units. */
  standardError?: number
}

export interface EstimateRequest {
  seed: number
  /** Permutations come from `stream(seed, 'perm', epoch, t)`, pairs of coalitions from `stream(seed, 'pair', epoch, t)`. */
  epoch: number
  /**
   * Marginal contributions that each player may spend, in the order of the game's players, at least 1 each. Only
   * `grouped` tells players apart; the others spend the same total in equal parts; `exact` has no use for them.
   */
  budgets: readonly number[]
  stop?: StoppingRules
  /** `truncated` cuts a permutation where |v(N) − v(S)| is smaller (0.01); in units of v. */
  tolerance?: number
  /** `early-truncation` cuts a permutation once v(S) < threshold · v(N) (0.5). */
  threshold?: number
  /** The most coalitions that one call of the game gets. */
  batchSize?: number
  /** Called after each batch: distinct coalitions evaluated and planned. */
  onProgress?: (evaluated: number, planned: number) => void
}

/** A result with the samples behind it, which are too many for an event. */
export interface Estimate extends ShapleyResult {
  /**
   * `marginals[i][t]`: what unit t says of player i; the mean is φ̂. In a permutation that is v(S ∪ {i}) − v(S), of an
   * antithetic pair the mean of the two. Empty where exact.
   */
  readonly marginals: readonly (readonly number[])[]
}

/** One way to find Shapley values, with the laws that it promises and that the tests hold it to. */
export interface Estimator {
  readonly name: string
  /** One sentence for people. */
  readonly description: string
  /** No sampling error at all. */
  readonly exact: boolean
  /** The expectation of every φ̂ is φ. */
  readonly unbiased: boolean
  /** Σφ̂ = v(N) − v(∅) in every single run. */
  readonly efficient: boolean
  /** Asks `game` for values; gets a memoised game and a checked request. */
  run(game: MemoisedGame, request: EstimateRequest): Promise<Outcome>
}

/** What an estimator finds; `estimate` adds where it comes from. */
export interface Outcome extends Pick<ShapleyResult, 'contributions' | 'grand' | 'empty' | 'bias' | 'trace'> {
  marginals: number[][]
  stopped: NonNullable<ShapleyResult['stopped']>
}

export const defineEstimator = (estimator: Estimator): Estimator => estimator

/**
 * The Shapley values of `game` by `estimator`. `evaluations` and `requests` count this call only, so memoise a game
 * that several calls share.
 *
 * Throws `evaluation-failed`, naming the coalition, when a value is not a finite number.
 */
export async function estimate(
  estimator: Estimator,
  game: Game,
  request: EstimateRequest,
): Promise<Estimate> {
  const { budgets, batchSize, onProgress } = request
  if (game.players.length === 0) throw new Problem('bad-configuration', 'players', 'the game has no players')
  if (budgets.length !== game.players.length || budgets.some((m) => !Number.isInteger(m) || m < 1))
    throw new Problem(
      'bad-configuration',
      'budgets',
      `${game.players.length} players need a whole number of samples each, at least 1; got ${budgets.join(', ')}`,
    )
  const memoised = memoise(game, { batchSize, onProgress })
  const outcome = await estimator.run(memoised, request)
  const { contributions, grand, empty, stopped } = outcome
  const exact = stopped === 'enumerated'
  return {
    estimator: estimator.name,
    exact,
    unbiased: exact || (estimator.unbiased && stopped !== 'standard-error'),
    gap: contributions.reduce((sum, { phi }) => sum + phi, 0) - (grand - empty),
    evaluations: memoised.evaluations,
    requests: memoised.requests,
    ...outcome,
  }
}
