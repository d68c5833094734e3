import type { RunConfig } from '#contract/config.ts'
import type { Player } from '#contract/genotype.ts'
import { ordersOf } from '#contract/order.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { budgetsAt } from '../shapley/budget.ts'
import { estimate } from '../shapley/estimator.ts'
import { estimators } from '../shapley/estimators/index.ts'
import type { Game } from '../shapley/game.ts'

/** Coalitions that go into one call of the engine: enough to pay for the call, few enough to answer in between. */
const coalitionsPerCall = 48

/** Shapley values of a game by the configured estimator, with the budgets of this epoch. */
export async function valuePlayers(
  config: RunConfig,
  game: Game,
  epoch: number,
  mixture: readonly number[],
  onProgress?: (evaluated: number, planned: number) => void,
): Promise<ShapleyResult> {
  const { estimator, samplesNormal, samplesSparse, budgetWarmup } = config.valuation
  const budgets = budgetsAt(epoch, game.players, mixture, {
    normal: samplesNormal,
    sparse: samplesSparse,
    warmup: budgetWarmup,
  })
  const found = await estimate(estimators[estimator], game, {
    seed: config.seed,
    epoch,
    budgets,
    batchSize: coalitionsPerCall,
    onProgress,
  })
  const { marginals: _, trace: __, ...result } = found
  return { ...result, orders: ordersOf(found, game.players) }
}

/** Distinct coalitions that the first epoch of the configured estimator pays for, counted on a game of zeros. */
export async function countEvaluations(config: RunConfig, players: readonly Player[]): Promise<number> {
  const free: Game = { players, values: (coalitions) => Promise.resolve(coalitions.map(() => 0)) }
  const { evaluations } = await valuePlayers(
    config,
    free,
    0,
    players.map(() => 1),
  )
  return evaluations
}
