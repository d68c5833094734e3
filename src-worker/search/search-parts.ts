import type { Player } from '#contract/genotype.ts'
import { stream } from '../random.ts'
import { DictionarySteps } from '../space/dictionary-step.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import { playersOf } from '../space/players.ts'
import { supernet } from '../space/supernet.ts'
import { planEpoch } from '../training/epochs.ts'
import { InputGradient } from '../training/input-gradient.ts'
import type { Values } from '../training/network.ts'
import { lossByTask } from '../training/step-graph.ts'
import { Trainer } from '../training/trainer.ts'
import { gatherFeatures, gatherTargets } from './feature-set.ts'
import { GenotypeScorer } from './genotype-scorer.ts'
import type { SearchTask } from './search-task.ts'
import type { MixtureEvaluator } from './sparing-evaluator.ts'
import { stepsPerCallOf } from './strategy.ts'
import { openCalibration, type SupernetCalibration } from './supernet-calibration.ts'
import { openValueEvaluator } from './value-evaluator.ts'

/** The loaded models of a search. */
export interface SearchParts extends SupernetCalibration {
  network: FusionNetwork
  players: readonly Player[]
  trainer: Trainer
  plan: { batchSize: number; batches: number }
  dictionarySteps: DictionarySteps
  evaluator: MixtureEvaluator
  scorer: GenotypeScorer
  /** dL/dmixture `[players]` on the validation minibatch of a number. */
  mixtureGradient(at: number, weights: Float32Array, extra: Values): Promise<Float32Array>
  release(): Promise<void>
}

/**
 * Builds and loads the models that a search of this task needs.
 * @param onHalved Told where memory allowed only half as many samples at a time for valuing coalitions.
 */
export async function loadParts(
  { config, space, set, device }: SearchTask,
  onHalved: (samples: number) => void = () => {},
): Promise<SearchParts> {
  const classes = set.classes.length
  const network = supernet(space, classes)
  const players = playersOf(space)
  const { train, validation } = set.splits
  const plan = planEpoch(train.length, config.search.batchSize)
  const { threads } = config
  await using opened = new AsyncDisposableStack()
  const trainer = await Trainer.create(network, {
    name: 'the supernet',
    batchSize: plan.batchSize,
    steps: stepsPerCallOf(config.search),
    device,
    threads,
    loss: lossByTask[set.task],
    weightDecay: config.search.weightDecay,
    dropoutSeed: stream(config.seed, 'search', 'dropout').uint32(),
  })
  opened.defer(() => trainer.release())
  const calibration = await openCalibration({ config, set, device }, network)
  const { calibrator, calibrationRows, calibrationBatch } = calibration
  opened.defer(() => calibrator.release())
  const samples = Math.min(config.valuation.batchSize, validation.length)
  const evaluator = await openValueEvaluator({ config, space, set, device }, network, { samples, onHalved })
  opened.defer(() => evaluator.release())
  const scorer = new GenotypeScorer({
    space,
    set,
    supernetLayout: trainer.layout,
    calibrationRows,
    batchSize: calibrationBatch,
    device,
    threads,
  })
  let slopes: InputGradient | undefined
  opened.defer(async () => slopes?.release())
  const held = opened.move()
  return {
    network,
    players,
    trainer,
    plan,
    dictionarySteps: new DictionarySteps(network.dictionaries, trainer.layout.parameters),
    ...calibration,
    evaluator,
    scorer,
    async mixtureGradient(at, weights, extra) {
      const batchSize = Math.min(plan.batchSize, validation.length)
      slopes ??= await InputGradient.create(network, {
        batchSize,
        loss: lossByTask[set.task],
        wrt: ['mixture'],
        device,
        threads,
      })
      const draws = stream(config.seed, 'alpha-batch', at)
      const rows = Array.from({ length: batchSize }, () => validation[draws.integer(validation.length)])
      const ids = set.features.map(({ id }) => id)
      const inputs = gatherFeatures(set, ids, rows)
      return (await slopes.run(weights, inputs, gatherTargets(set, rows), extra)).gradients['mixture']
    },
    release: () => held.disposeAsync(),
  }
}
