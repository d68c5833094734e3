import type { BackboneConfig } from '#contract/config.ts'
import type { Device } from '../onnx/session.ts'
import { stream } from '../random.ts'
import { initialise } from '../training/layout.ts'
import { cosineAnnealing } from '../training/schedule.ts'
import { initialState, Trainer, type TrainingState } from '../training/trainer.ts'
import type { BackboneNetwork } from './backbone.ts'
import { backboneNetwork } from './backbones/index.ts'
import { createEvaluator } from './evaluator.ts'
import type { Samples } from './samples.ts'
import type { Score } from './score.ts'

/** Everything that decides a trained backbone, and the device that trains it. */
export interface BackboneTask {
  readonly config: BackboneConfig
  readonly samples: Samples
  /** Class index of every sample. */
  readonly labels: ArrayLike<number>
  readonly classes: number
  /** Sample indices; validation and test only score. */
  readonly splits: Readonly<Record<'train' | 'validation' | 'test', readonly number[]>>
  readonly seed: number
  readonly device: Device
  readonly threads: number
}

export interface BackboneEpoch {
  /** Counted from 0. */
  readonly epoch: number
  /** Mean cross entropy of the epoch's minibatches, dropout and augmentation on. */
  readonly trainLoss: number
  /** Accuracy on the whole validation split. */
  readonly validationScore: number
}

/** All that a later process needs to go on after an epoch: plain data. */
export interface BackboneState extends TrainingState {
  readonly history: readonly BackboneEpoch[]
}

export interface BackboneProgress {
  /** State after an earlier epoch of the same task; the curve goes on as if nothing had happened. */
  readonly resumeFrom?: BackboneState
  /** Called after every epoch; `state` may be kept. What it throws ends the training. */
  readonly onEpoch?: (epoch: BackboneEpoch, state: BackboneState) => void | Promise<void>
}

export interface TrainedBackbone {
  readonly network: BackboneNetwork
  /** Flat, in the order of `parametersOf(network)`. */
  readonly weights: Float32Array
  /** Of the batch norms, flat, in the order of `statisticsOf(network)`. */
  readonly statistics: Float32Array
  readonly history: readonly BackboneEpoch[]
  readonly validation: Score
  readonly test: Score
}

const stepsPerCall = 8

/**
 * Trains a backbone alone on its modality: Adam on cross entropy, cosine annealing per step, minibatches in an order
 * drawn per epoch (what does not fill one is left out of that epoch), augmented training samples. Scores use batch norm
 * statistics of a calibration pass over plain training samples.
 *
 * The weights of the last epoch are kept: with an annealed learning rate they differ little from those of the best
 * epoch, and a validation score that chose nothing stays an honest one. Test is read once, at the end.
 *
 * Throws `bad-configuration` when the samples do not suit the backbone, `training-diverged` when the loss is not finite.
 */
export async function trainBackbone(
  task: BackboneTask,
  { resumeFrom, onEpoch }: BackboneProgress = {},
): Promise<TrainedBackbone> {
  const { config, samples, splits, device, threads } = task
  const network = backboneNetwork(config, samples.shape, task.classes)
  const batchSize = Math.min(config.batchSize, splits.train.length)
  await using resources = new AsyncDisposableStack()
  const trainer = await Trainer.create(network, {
    batchSize,
    steps: stepsPerCall,
    device,
    threads,
    loss: 'cross-entropy',
    weightDecay: config.weightDecay,
    dropoutSeed: streamOf(task, 'dropout').uint32(),
  })
  resources.defer(() => trainer.release())
  const calibrationOrder = streamOf(task, 'calibration').permutation(splits.train.length)
  const evaluator = await createEvaluator(network, {
    ...task,
    calibration: calibrationOrder.map((position) => splits.train[position]),
  })
  resources.defer(() => evaluator.release())

  trainer.state = resumeFrom ?? initialState(initialise(trainer.layout.parameters, streamOf(task, 'weights')))
  const history = [...(resumeFrom?.history ?? [])]
  for (let epoch = history.length; epoch < config.epochs; epoch++) {
    const trainLoss = await trainEpoch(trainer, network.input, task, batchSize, epoch)
    const statistics = await evaluator.calibrate(trainer.state.weights)
    const { accuracy } = await evaluator.score(trainer.state.weights, statistics, splits.validation)
    history.push({ epoch, trainLoss, validationScore: accuracy })
    await onEpoch?.(history[epoch], { ...trainer.state, history: [...history] })
  }

  const { weights } = trainer.state
  const statistics = await evaluator.calibrate(weights)
  const validation = await evaluator.score(weights, statistics, splits.validation)
  const test = await evaluator.score(weights, statistics, splits.test)
  return { network, weights, statistics, history, validation, test }
}

function streamOf({ seed, samples }: BackboneTask, ...path: (string | number)[]) {
  return stream(seed, 'backbone', samples.modality, ...path)
}

/** One pass over the training split in a fresh order; the mean loss of its minibatches. */
async function trainEpoch(
  trainer: Trainer,
  input: string,
  task: BackboneTask,
  batchSize: number,
  epoch: number,
): Promise<number> {
  const { config, samples, splits, classes } = task
  const { train } = splits
  const order = streamOf(task, 'epoch', epoch)
    .permutation(train.length)
    .map((position) => train[position])
  const random = streamOf(task, 'augment', epoch)
  const steps = Math.floor(train.length / batchSize)
  const rateOf = (step: number) =>
    cosineAnnealing(epoch * steps + step, config.epochs * steps, config.learningRate, config.minLearningRate)
  let total = 0
  for (let start = 0; start < steps; start += stepsPerCall) {
    const end = Math.min(start + stepsPerCall, steps)
    const indices = order.slice(start * batchSize, end * batchSize)
    const { losses } = await trainer.train({
      inputs: { [input]: samples.rows(indices, random) },
      targets: oneHot(indices, task.labels, classes),
      learningRates: Array.from({ length: end - start }, (_, i) => rateOf(start + i)),
    })
    total += losses.reduce((sum, loss) => sum + loss, 0)
  }
  return total / steps
}

/** [indices, classes] */
function oneHot(indices: readonly number[], labels: ArrayLike<number>, classes: number): Float32Array {
  const targets = new Float32Array(indices.length * classes)
  indices.forEach((index, row) => (targets[row * classes + labels[index]] = 1))
  return targets
}
