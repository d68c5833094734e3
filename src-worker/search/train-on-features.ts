import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import { stream } from '../random.ts'
import { DictionarySteps } from '../space/dictionary-step.ts'
import { planEpoch, trainEpochs } from '../training/epochs.ts'
import { lossByTask } from '../training/step-graph.ts'
import { Trainer } from '../training/trainer.ts'
import { trainingExtra } from './dictionary-extra.ts'
import type { FeatureNetwork } from './feature-answers.ts'
import { gatherTargets, gatherTraining, type FeatureSet } from './feature-set.ts'

export interface FeatureTraining {
  network: FeatureNetwork
  set: FeatureSet
  config: RunConfig
  device: DeviceName
  /** Names the random streams of dropout and of the samples' order. */
  path: readonly (string | number)[]
}

/**
 * A trainer of a network on the training split, with the settings of the run's final trainings.
 * @param name What is trained, for the problem of a loss that is not finite.
 */
export function featureTrainer(
  { network, set, config, device, path }: FeatureTraining,
  name?: string,
): Promise<Trainer> {
  const { training, threads } = config
  return Trainer.create(network, {
    name,
    batchSize: planEpoch(set.splits.train.length, training.batchSize).batchSize,
    device,
    threads,
    loss: lossByTask[set.task],
    weightDecay: training.weightDecay,
    dropoutSeed: stream(config.seed, ...path, 'dropout').uint32(),
  })
}

/** Trains from the state of a `featureTrainer` of the same training; order and batches follow from the path alone. */
export async function trainOnFeatures(
  trainer: Trainer,
  { network, set, config, path }: FeatureTraining,
  options: {
    epochs: number
    /** After every call of the engine; what it throws ends the training. */
    breathe(): Promise<void>
    /** After every epoch, with the mean loss of its minibatches. */
    onEpoch(epoch: number, trainLoss: number): Promise<void>
  },
): Promise<void> {
  const { train: rows } = set.splits
  const { batchSize, learningRate, minLearningRate } = config.training
  const { dictionaries = [] } = network
  const steps = new DictionarySteps(dictionaries, trainer.layout.parameters)
  const ids = Object.keys(network.inputs)
  await trainEpochs({
    trainer,
    rows,
    batchSize: planEpoch(rows.length, batchSize).batchSize,
    epochs: options.epochs,
    learningRate,
    minLearningRate,
    seed: stream(config.seed, ...path).uint32(),
    stepsPerCall: 8,
    gather: (batch, epoch) => ({
      inputs: gatherTraining(set, ids, batch, epoch),
      targets: gatherTargets(set, batch),
    }),
    extra: () => trainingExtra(steps, dictionaries, trainer.state.weights),
    onCall: () => options.breathe(),
    onEpoch: options.onEpoch,
  })
}
