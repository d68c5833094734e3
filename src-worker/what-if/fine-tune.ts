import type { Genotype } from '#contract/genotype.ts'
import type { FineTuning } from '#contract/what-if/record.ts'
import { stream } from '../random.ts'
import type { ReopenedRun } from '../run/reopen.ts'
import { inferenceExtra, trainingExtra } from '../search/dictionary-extra.ts'
import { gatherFeatures, gatherLabels, gatherTargets, gatherTraining } from '../search/feature-set.ts'
import { openCalibration, type SupernetCalibration } from '../search/supernet-calibration.ts'
import { derivedNetwork, inheritWeights } from '../space/derived.ts'
import { DictionarySteps } from '../space/dictionary-step.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import { wholeBatches } from '../training/batches.ts'
import { planEpoch, trainEpochs } from '../training/epochs.ts'
import type { Outcome } from '../training/outcome.ts'
import { lossByTask } from '../training/step-graph.ts'
import { initialState, Trainer } from '../training/trainer.ts'

/** What the derived network of a genotype answers on the whole validation split. */
export interface Answers {
  /** With the supernet's weights, its batch norms calibrated anew. */
  inherited: Outcome
  /** After fine-tuning from there, by repetition. */
  tuned: Outcome[]
}

export interface FineTuneHooks {
  /** After every epoch of every repetition: the share that is done, 0–1. */
  progress(done: number): void
  breathe(): Promise<void>
}

/**
 * Fine-tunes the derived network of a genotype from the supernet's weights, with the run's own settings of training but
 * fewer epochs. Order, batches and dropout follow from the seeds alone, so that two genotypes are trained alike. Neither
 * the test split nor anything in the run's directory is touched.
 */
export async function fineTune(
  run: ReopenedRun,
  genotype: Genotype,
  tuning: FineTuning,
  hooks: FineTuneHooks,
): Promise<Answers> {
  const { space, set, layout, supernet } = run
  const network = derivedNetwork(space, genotype, set.classes.length)
  const calibration = await openCalibration(run, network)
  try {
    const weights = inheritWeights(
      layout.parameters,
      calibration.calibrator.layout.parameters,
      supernet.weights,
    )
    const inherited = await answer(run, network, calibration, weights)
    const tuned: Outcome[] = []
    for (let repetition = 0; repetition < tuning.repetitions; repetition++) {
      const learned = await train(run, network, weights, { ...tuning, repetition }, hooks)
      tuned.push(await answer(run, network, calibration, learned))
    }
    return { inherited, tuned }
  } finally {
    await calibration.calibrator.release()
  }
}

/** Answers with batch-norm statistics of the training samples that calibrate the supernet too. */
async function answer(
  { set }: ReopenedRun,
  network: FusionNetwork,
  { calibrator, calibrationRows, calibrationBatch }: SupernetCalibration,
  weights: Float32Array,
): Promise<Outcome> {
  const ids = Object.keys(network.inputs)
  const extra = inferenceExtra(network.dictionaries, calibrator.layout, weights)
  const batches = wholeBatches(calibrationRows, calibrationBatch)
  const statistics = await calibrator.calibrate(
    weights,
    batches.map((rows) => gatherTraining(set, ids, rows, 0)),
    extra,
  )
  const rows = set.splits.validation
  const inputs = gatherFeatures(set, ids, rows)
  const logits = await calibrator.predict(weights, statistics, inputs, rows.length, extra)
  return { task: set.task, logits, labels: gatherLabels(set, rows), classes: set.classes.length }
}

async function train(
  { config, set, device }: ReopenedRun,
  network: FusionNetwork,
  weights: Float32Array,
  { epochs, repetitions, seed, repetition }: FineTuning & { repetition: number },
  { progress, breathe }: FineTuneHooks,
): Promise<Float32Array> {
  const { training, threads } = config
  const path = ['what-if', seed, repetition] as const
  const ids = Object.keys(network.inputs)
  const { train: rows } = set.splits
  const { batchSize } = planEpoch(rows.length, training.batchSize)
  const trainer = await Trainer.create(network, {
    batchSize,
    device,
    threads,
    loss: lossByTask[set.task],
    weightDecay: training.weightDecay,
    dropoutSeed: stream(config.seed, ...path, 'dropout').uint32(),
  })
  try {
    trainer.state = initialState(weights.slice())
    const steps = new DictionarySteps(network.dictionaries, trainer.layout.parameters)
    await trainEpochs({
      trainer,
      rows,
      batchSize,
      epochs,
      learningRate: training.learningRate,
      minLearningRate: training.minLearningRate,
      seed: stream(config.seed, ...path).uint32(),
      stepsPerCall: 8,
      gather: (batch, epoch) => ({
        inputs: gatherTraining(set, ids, batch, epoch),
        targets: gatherTargets(set, batch),
      }),
      extra: () => trainingExtra(steps, network.dictionaries, trainer.state.weights),
      onCall: () => breathe(),
      onEpoch: async (epoch) => progress((repetition + (epoch + 1) / epochs) / repetitions),
    })
    return trainer.state.weights
  } finally {
    await trainer.release()
  }
}
