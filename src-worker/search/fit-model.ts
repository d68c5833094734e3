import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import { stream } from '../random.ts'
import { initialise } from '../training/layout.ts'
import { Predictor } from '../training/predictor.ts'
import { scoreOutcome, type Score } from '../training/score.ts'
import { initialState } from '../training/trainer.ts'
import { answersOn, calibratedState, type FeatureNetwork, type InferenceState } from './feature-answers.ts'
import type { FeatureSet } from './feature-set.ts'
import { featureTrainer, trainOnFeatures } from './train-on-features.ts'

export interface ModelTask {
  /** Names the model and, with the repetition, its random streams. */
  name: string
  repetition: number
  network: FeatureNetwork
  set: FeatureSet
  config: RunConfig
  device: DeviceName
}

export interface FittedModel extends InferenceState {
  validationScore: number
  test: Score
  /** The epoch whose weights these are, where the test split has chosen it. */
  chosenOnTest?: number
}

export interface FitHooks {
  /** After every epoch: the mean training loss and the main score on the validation split. */
  onEpoch(epoch: number, trainLoss: number, validationScore: number): Promise<void>
  breathe(): Promise<void>
}

const predictionBatch = 64

/**
 * Trains a network from scratch on the features of the training split and reads the test split once, at the end. Batch
 * norm's statistics come from a calibration pass over the whole training split. The last epoch's weights count, or, with
 * `peerProtocol`, those of the epoch that scores best on the test split, the earlier one among equals.
 */
export async function fitModel(task: ModelTask, hooks: FitHooks): Promise<FittedModel> {
  const { network, set, config, device } = task
  const { train, validation, test } = set.splits
  const path = ['model', task.name, task.repetition]
  const fitting = { network, set, config, device, path }
  await using resources = new AsyncDisposableStack()
  const trainer = await featureTrainer(fitting, `${task.name}, repetition ${task.repetition + 1}`)
  resources.defer(() => trainer.release())
  const batchSize = Math.min(predictionBatch, train.length)
  const predictor = await Predictor.create(network, { batchSize, device, threads: config.threads })
  resources.defer(() => predictor.release())
  trainer.state = initialState(initialise(trainer.layout.parameters, stream(config.seed, ...path, 'weights')))
  const calibration = stream(config.seed, ...path, 'calibration')
    .permutation(train.length)
    .map((i) => train[i])
  let chosen: (FittedModel & { chosenOnTest: number }) | null = null
  await trainOnFeatures(trainer, fitting, {
    epochs: config.training.epochs,
    breathe: () => hooks.breathe(),
    onEpoch: async (epoch, trainLoss) => {
      const state = await inferenceState()
      const validationScore = (await score(state, validation)).score
      if (config.training.peerProtocol) {
        const read = await score(state, test)
        if (!chosen || read.score > chosen.test.score)
          chosen = {
            ...state,
            weights: state.weights.slice(),
            validationScore,
            test: read,
            chosenOnTest: epoch,
          }
      }
      await hooks.onEpoch(epoch, trainLoss, validationScore)
    },
  })
  if (chosen) return chosen
  const state = await inferenceState()
  return {
    ...state,
    validationScore: (await score(state, validation)).score,
    test: await score(state, test),
  }

  function inferenceState(): Promise<InferenceState> {
    return calibratedState(predictor, fitting, trainer.state.weights, { rows: calibration, batchSize })
  }

  async function score(state: InferenceState, rows: readonly number[]): Promise<Score> {
    return scoreOutcome(await answersOn(predictor, fitting, state, rows))
  }
}
