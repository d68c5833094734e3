import type { RunConfig } from '#contract/config.ts'
import type { Player } from '#contract/genotype.ts'
import { ordersOf } from '#contract/shapley/order.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { budgetsAt } from '../shapley/budget.ts'
import { estimate } from '../shapley/estimator.ts'
import { estimators } from '../shapley/estimators/index.ts'
import type { Game } from '../shapley/game.ts'

/** Coalitions that are valued together: the more, the more they share; few enough to tell progress in between. */
const coalitionsPerCall = 256

/** Shapley values of a game by the configured estimator, with the budgets of this epoch. */
export async function valuePlayers(
  config: RunConfig,
  game: Game,
  epoch: number,
  mixture: readonly number[],
  onProgress?: (evaluated: number, planned: number) => void,
): Promise<ShapleyResult> {
  const { valuation } = config
  const { samplesNormal, samplesSparse, budgetWarmup, tolerance, threshold } = valuation
  const { evaluations, seconds, standardError } = valuation
  const budgets = budgetsAt(epoch, game.players, mixture, {
    normal: samplesNormal,
    sparse: samplesSparse,
    warmup: budgetWarmup,
  })
  const found = await estimate(estimators[valuation.estimator], game, {
    seed: config.seed,
    epoch,
    budgets,
    tolerance,
    threshold,
    stop: { evaluations, seconds, standardError },
    batchSize: coalitionsPerCall,
    onProgress,
  })
  const { marginals: _, trace, ...result } = found
  return { ...result, orders: ordersOf(found, game.players), ...(valuation.trace && { trace }) }
}

/**
 * Distinct coalitions that an epoch of the configured estimator pays for at most, counted on a game of zeros whose
 * choices are all equally likely. That nothing is cut and no error or time ends it is assumed, since only values tell.
 */
export async function countEvaluations(
  config: RunConfig,
  players: readonly Player[],
  epoch = 0,
): Promise<number> {
  const free: Game = { players, values: (coalitions) => Promise.resolve(coalitions.map(() => 0)) }
  const patient = { ...config.valuation, tolerance: 0, seconds: undefined, standardError: undefined }
  const likelihoods = players.map(() => 1)
  const { evaluations } = await valuePlayers({ ...config, valuation: patient }, free, epoch, likelihoods)
  return evaluations
}
