import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import { stream } from '../random.ts'
import { DictionarySteps, type DictionarySpec } from '../space/dictionary-step.ts'
import { wholeBatches } from '../training/batches.ts'
import { planEpoch, trainEpochs } from '../training/epochs.ts'
import { initialise } from '../training/layout.ts'
import type { Network, Values } from '../training/network.ts'
import { Predictor } from '../training/predictor.ts'
import { scoreOutcome, type Score } from '../training/score.ts'
import { lossByTask } from '../training/step-graph.ts'
import { initialState, Trainer } from '../training/trainer.ts'
import { inferenceExtra, trainingExtra } from './dictionary-extra.ts'
import {
  gatherFeatures,
  gatherLabels,
  gatherTargets,
  gatherTraining,
  type FeatureSet,
} from './feature-set.ts'

export interface ModelTask {
  /** Names the model and, with the repetition, its random streams. */
  name: string
  repetition: number
  network: Network & { dictionaries?: readonly DictionarySpec[] }
  set: FeatureSet
  config: RunConfig
  device: DeviceName
}

export interface FittedModel {
  weights: Float32Array
  statistics: Float32Array
  /** Extra inputs that inference needs: dictionary steps. */
  extra: Values
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
  const { training, threads } = config
  const path = ['model', task.name, task.repetition] as const
  const { dictionaries = [] } = network
  const ids = Object.keys(network.inputs)
  const { train, validation, test } = set.splits
  const { batchSize } = planEpoch(train.length, training.batchSize)
  const trainer = await Trainer.create(network, {
    name: `${task.name}, repetition ${task.repetition + 1}`,
    batchSize,
    device,
    threads,
    loss: lossByTask[set.task],
    weightDecay: training.weightDecay,
    dropoutSeed: stream(config.seed, ...path, 'dropout').uint32(),
  })
  const predictor = await Predictor.create(network, {
    batchSize: Math.min(predictionBatch, train.length),
    device,
    threads,
  })
  const steps = new DictionarySteps(dictionaries, trainer.layout.parameters)
  trainer.state = initialState(initialise(trainer.layout.parameters, stream(config.seed, ...path, 'weights')))
  let chosen: (FittedModel & { chosenOnTest: number }) | null = null
  try {
    await trainEpochs({
      trainer,
      rows: train,
      batchSize,
      epochs: training.epochs,
      learningRate: training.learningRate,
      minLearningRate: training.minLearningRate,
      seed: stream(config.seed, ...path).uint32(),
      stepsPerCall: 8,
      gather: (rows, epoch) => ({
        inputs: gatherTraining(set, ids, rows, epoch),
        targets: gatherTargets(set, rows),
      }),
      extra: () => trainingExtra(steps, dictionaries, trainer.state.weights),
      onCall: () => hooks.breathe(),
      onEpoch: async (epoch, trainLoss) => {
        const state = await inferenceState()
        const validationScore = (await score(state, validation)).score
        if (training.peerProtocol) {
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
  } finally {
    await Promise.all([trainer.release(), predictor.release()])
  }

  async function inferenceState(): Promise<Pick<FittedModel, 'weights' | 'statistics' | 'extra'>> {
    const { weights } = trainer.state
    const extra = inferenceExtra(dictionaries, trainer.layout, weights)
    const batches = wholeBatches(train, Math.min(predictionBatch, train.length))
    const statistics = await predictor.calibrate(
      weights,
      batches.map((rows) => gatherTraining(set, ids, rows, 0)),
      extra,
    )
    return { weights, statistics, extra }
  }

  async function score(
    { weights, statistics, extra }: Pick<FittedModel, 'weights' | 'statistics' | 'extra'>,
    rows: readonly number[],
  ): Promise<Score> {
    const inputs = gatherFeatures(set, ids, rows)
    const logits = await predictor.predict(weights, statistics, inputs, rows.length, extra)
    const { task, classes } = set
    return scoreOutcome({ task, logits, labels: gatherLabels(set, rows), classes: classes.length })
  }
}
