import type { MetricName } from '#contract/config.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { Coalition } from '../shapley/coalition.ts'
import type { Game } from '../shapley/game.ts'
import type { SupernetState } from './coalition-evaluator.ts'
import type { SearchParts } from './search-parts.ts'
import type { SearchTask } from './search-task.ts'
import { supernetGame } from './supernet-game.ts'
import { valuePlayers } from './valuation.ts'
import { gatherValueBatch, valueRows } from './value-batch.ts'

/** What tells how far an epoch's valuation is, and may end it. */
interface EpochHooks {
  /** Distinct coalitions so far, and all that are planned. */
  progress(epoch: number, evaluated: number, planned: number): void
  /** Lets messages in; what it throws ends the valuation. */
  breathe(): Promise<void>
}

/** What the supernet of an epoch is worth on that epoch's own validation batch. */
export interface EpochValues {
  /**
   * φ of every player, by the configured estimator and metric.
   * @param mixture `[players]`
   */
  value(epoch: number, state: SupernetState, mixture: readonly number[]): Promise<ShapleyResult>
  /** The main score of the whole supernet. */
  score(epoch: number, state: SupernetState, mixture: readonly number[]): Promise<number>
}

export function epochValues(
  { config, set }: Pick<SearchTask, 'config' | 'set'>,
  { players, evaluator }: Pick<SearchParts, 'players' | 'evaluator'>,
  { progress, breathe }: EpochHooks,
): EpochValues {
  const { metric, renormalise } = config.valuation
  return {
    value: (epoch, state, mixture) =>
      valuePlayers(config, gameOf(epoch, state, mixture, metric), epoch, mixture, (evaluated, planned) =>
        progress(epoch, evaluated, planned),
      ),
    async score(epoch, state, mixture) {
      const [score] = await gameOf(epoch, state, mixture, 'score').values([Coalition.full(players.length)])
      return score
    },
  }

  function gameOf(epoch: number, state: SupernetState, mixture: readonly number[], metric: MetricName): Game {
    const batch = gatherValueBatch(set, valueRows(config, set, epoch))
    return supernetGame({ players, evaluator, state, mixture, batch, renormalise, metric, breathe })
  }
}
