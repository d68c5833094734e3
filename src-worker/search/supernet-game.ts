import type { MetricName } from '#contract/config.ts'
import type { Player } from '#contract/genotype.ts'
import { byFirstPlayers, type Coalition } from '../shapley/coalition.ts'
import type { Game } from '../shapley/game.ts'
import { maskMixture } from '../space/players.ts'
import { metrics } from '../training/metrics/index.ts'
import type { CoalitionEvaluator, SupernetState } from './coalition-evaluator.ts'
import type { ValueBatch } from './value-batch.ts'

/**
 * The supernet game (SM-ShapNAS §3.3): v(S) is a metric, 0–1, of the supernet's answers on one batch with the mixture
 * weights of absent players set to 0. Batch norm has fixed statistics and dropout is off, so v is a function of S alone.
 */
export function supernetGame(options: {
  players: readonly Player[]
  evaluator: Pick<CoalitionEvaluator, 'evaluate'>
  state: SupernetState
  mixture: readonly number[]
  batch: ValueBatch
  renormalise: boolean
  /** The task's main score when left out. */
  metric?: MetricName
  /** Called between runs of the engine; what it throws ends the estimation. */
  breathe?: () => Promise<void>
}): Game {
  const { players, evaluator, state, mixture, batch, renormalise, metric = 'score', breathe } = options
  const { task, labels, classes } = batch
  const count = labels.length
  return {
    players,
    // players stand cell by cell
    compare: byFirstPlayers,
    async values(coalitions: readonly Coalition[]) {
      await breathe?.()
      const mixtures = coalitions.map((coalition) =>
        maskMixture(players, mixture, coalition, { renormalise }),
      )
      const logits = await evaluator.evaluate(state, batch.inputs, count, mixtures, breathe)
      return coalitions.map((_, i) => {
        const own = logits.subarray(i * count * classes, (i + 1) * count * classes)
        // a metric would take what is not finite for an answer; NaN ends the estimation and names the coalition
        return own.every(Number.isFinite)
          ? metrics[metric].measure({ task, logits: own, labels, classes })
          : NaN
      })
    },
  }
}
