import type { Genotype } from '#contract/genotype.ts'
import type { FineTuning } from '#contract/what-if/record.ts'
import type { ReopenedRun } from '../run/reopen.ts'
import { answersOn, calibratedState } from '../search/feature-answers.ts'
import { openCalibration, type SupernetCalibration } from '../search/supernet-calibration.ts'
import { featureTrainer, trainOnFeatures } from '../search/train-on-features.ts'
import { derivedNetwork, inheritWeights } from '../space/derived.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import type { Outcome } from '../training/outcome.ts'
import { initialState } from '../training/trainer.ts'

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
  const state = await calibratedState(calibrator, { network, set }, weights, {
    rows: calibrationRows,
    batchSize: calibrationBatch,
  })
  return answersOn(calibrator, { network, set }, state, set.splits.validation)
}

async function train(
  { config, set, device }: ReopenedRun,
  network: FusionNetwork,
  weights: Float32Array,
  { epochs, repetitions, seed, repetition }: FineTuning & { repetition: number },
  { progress, breathe }: FineTuneHooks,
): Promise<Float32Array> {
  const training = { network, set, config, device, path: ['what-if', seed, repetition] }
  const trainer = await featureTrainer(training)
  try {
    trainer.state = initialState(weights.slice())
    await trainOnFeatures(trainer, training, {
      epochs,
      breathe,
      onEpoch: async (epoch) => progress((repetition + (epoch + 1) / epochs) / repetitions),
    })
    return trainer.state.weights
  } finally {
    await trainer.release()
  }
}
