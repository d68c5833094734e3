import type { BackboneConfig } from '#contract/config.ts'
import type { TaskName } from '#contract/dataset.ts'
import type { DeviceName } from '#contract/device.ts'
import { stream, type Random } from '../random.ts'
import { firstPosition, planEpoch, trainEpochs } from '../training/epochs.ts'
import { initialise } from '../training/layout.ts'
import type { Score } from '../training/score.ts'
import { lossByTask } from '../training/step-graph.ts'
import { multiHot, type Labels } from '../training/targets.ts'
import { initialState, Trainer, type TrainingState } from '../training/trainer.ts'
import type { BackboneNetwork } from './backbone.ts'
import { backboneNetwork } from './backbones/index.ts'
import { createEvaluator } from './evaluator.ts'
import type { Samples } from './samples.ts'

/** Everything that decides a trained backbone, and the device that trains it. */
export interface BackboneTask {
  readonly config: BackboneConfig
  /** The probe on the features of a file; as the configuration describes when left out. */
  readonly network?: BackboneNetwork
  readonly samples: Samples
  readonly task: TaskName
  /** Of every sample. */
  readonly labels: Labels
  readonly classes: number
  /** Sample indices; validation and test only score. */
  readonly splits: Readonly<Record<'train' | 'validation' | 'test', readonly number[]>>
  readonly seed: number
  readonly device: DeviceName
  readonly threads: number
}

export interface BackboneEpoch {
  /** Counted from 0. */
  readonly epoch: number
  /** Mean loss of the epoch's minibatches, dropout and augmentation on. */
  readonly trainLoss: number
  /** Main score on the whole validation split. */
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
  /** Called between calls of the engine; what it throws ends the training. */
  readonly breathe?: () => Promise<void>
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
 * Trains a backbone alone on its modality: Adam on (binary) cross entropy, cosine annealing per step, minibatches in an order
 * drawn per epoch, variants of the training samples. Scores use batch norm
 * statistics of a calibration pass over plain training samples.
 *
 * The weights of the last epoch are kept: with an annealed learning rate they differ little from those of the best
 * epoch, and a validation score that chose nothing stays an honest one. Test is read once, at the end.
 *
 * Throws `bad-configuration` when the samples do not suit the backbone, `training-diverged` when the loss is not finite.
 */
export async function trainBackbone(
  task: BackboneTask,
  { resumeFrom, onEpoch, breathe }: BackboneProgress = {},
): Promise<TrainedBackbone> {
  const { config, samples, splits, device, threads } = task
  const network = task.network ?? backboneNetwork(config, samples.shape, task.classes)
  const { batchSize } = planEpoch(splits.train.length, config.batchSize)
  await using resources = new AsyncDisposableStack()
  const trainer = await Trainer.create(network, {
    name: `backbone ${samples.modality}`,
    batchSize,
    steps: stepsPerCall,
    device,
    threads,
    loss: lossByTask[task.task],
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
  await trainEpochs(
    {
      ...config,
      trainer,
      rows: splits.train,
      batchSize,
      seed: streamOf(task, 'epochs').uint32(),
      stepsPerCall,
      gather: (rows) => {
        const random = seesVariants(config) ? streamOf(task, 'variant', trainer.state.step) : undefined
        const labels = rows.map((row) => task.labels[row])
        return {
          inputs: { [network.input]: samples.rows(rows, random) },
          targets: multiHot(labels, task.classes),
        }
      },
      onCall: async () => breathe?.(),
      onEpoch: async (epoch, trainLoss) => {
        const { weights } = trainer.state
        const { score } = await evaluator.score(
          weights,
          await evaluator.calibrate(weights),
          splits.validation,
        )
        history.push({ epoch, trainLoss, validationScore: score })
        await onEpoch?.(history[epoch], { ...trainer.state, history: [...history] })
      },
    },
    { ...firstPosition, epoch: history.length },
  )

  const { weights } = trainer.state
  const statistics = await evaluator.calibrate(weights)
  const validation = await evaluator.score(weights, statistics, splits.validation)
  const test = await evaluator.score(weights, statistics, splits.test)
  return { network, weights, statistics, history, validation, test }
}

/** Whether training sees variants of its samples; an image network can do without, and features of a file have none. */
export function seesVariants(config: BackboneConfig): boolean {
  if (config.kind === 'onnx') return false
  return config.kind !== 'cnn' || config.augment
}

function streamOf({ seed, samples }: BackboneTask, ...path: (string | number)[]): Random {
  return stream(seed, 'backbone', samples.modality, ...path)
}
