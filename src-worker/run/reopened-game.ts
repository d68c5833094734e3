import type { RunConfig } from '#contract/config.ts'
import { openCalibration, supernetStateUnder } from '../search/supernet-calibration.ts'
import { supernetGame } from '../search/supernet-game.ts'
import { gatherValueBatch } from '../search/value-batch.ts'
import { openValueEvaluator } from '../search/value-evaluator.ts'
import type { Game } from '../shapley/game.ts'
import type { ReopenedRun } from './reopen.ts'

interface GameOptions {
  /** Samples that value every coalition. */
  rows: readonly number[]
  /** The run's own when left out. */
  valuation?: RunConfig['valuation']
  /** Called between the batches of an estimation; what it throws ends it. */
  breathe: () => Promise<void>
}

interface ReopenedGame {
  game: Game
  release(): Promise<void>
}

/**
 * The supernet game of a reopened run on these samples, under the mixture that the last epoch valued: on that epoch's
 * own rows (`valueRows`) it is that epoch's game, value for value.
 */
export async function openGame(
  run: ReopenedRun,
  { rows, valuation = run.config.valuation, breathe }: GameOptions,
): Promise<ReopenedGame> {
  const { set, network, players, supernet, valuedMixture } = run
  const calibration = await openCalibration(run, network)
  const state = await supernetStateUnder(calibration, run, supernet.weights, valuedMixture).finally(() =>
    calibration.calibrator.release(),
  )
  const evaluator = await openValueEvaluator(run, network, { samples: rows.length, valuation })
  const game = supernetGame({
    players,
    evaluator,
    state,
    mixture: valuedMixture,
    batch: gatherValueBatch(set, rows),
    renormalise: valuation.renormalise,
    metric: valuation.metric,
    breathe,
  })
  return { game, release: () => evaluator.release() }
}
