import { Problem } from '#contract/problem.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import type { Game } from './game.ts'
import { memoise } from './memoise.ts'
import type { MemoisedGame } from './memoise.ts'

export interface EstimateRequest {
  seed: number
  /** Permutations come from `stream(seed, 'perm', epoch, t)`, t from 1. */
  epoch: number
  /**
   * Marginal contributions that each player may spend, in the order of the game's players, at least 1 each.
   * `permutation` spends the same total in equal parts; `exact` has no use for them.
   */
  budgets: readonly number[]
  /** The most coalitions that one call of the game gets. */
  batchSize?: number
  /** Called after each batch: distinct coalitions evaluated and planned. */
  onProgress?: (evaluated: number, planned: number) => void
}

/** A result with the marginal contributions behind it, which are too many for an event. */
export interface Estimate extends ShapleyResult {
  /** `marginals[i][t]` = v(S ∪ {i}) − v(S) in permutation t; a player's list is as long as its samples. Empty where exact. */
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
export interface Outcome {
  contributions: ShapleyResult['contributions']
  marginals: number[][]
  grand: number
  empty: number
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
  const { contributions, marginals, grand, empty } = await estimator.run(memoised, request)
  return {
    estimator: estimator.name,
    exact: estimator.exact,
    contributions,
    grand,
    empty,
    gap: contributions.reduce((sum, { phi }) => sum + phi, 0) - (grand - empty),
    evaluations: memoised.evaluations,
    requests: memoised.requests,
    marginals,
  }
}
