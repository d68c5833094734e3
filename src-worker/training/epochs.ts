import { stream } from '../random.ts'
import type { Values } from './network.ts'
import { cosineAnnealing } from './schedule.ts'
import type { Trainer } from './trainer.ts'

/** A place between two updates: `step` counts the updates of this epoch, `lossSum` adds up their losses. */
export interface EpochPosition {
  epoch: number
  step: number
  lossSum: number
}

export const firstPosition: EpochPosition = { epoch: 0, step: 0, lossSum: 0 }

/** Minibatches of an epoch: whole ones only; what is left over differs from epoch to epoch with the order. */
export function planEpoch(rows: number, batchSize: number): { batchSize: number; batches: number } {
  const size = Math.min(batchSize, rows)
  return { batchSize: size, batches: Math.floor(rows / size) }
}

export interface EpochsOptions {
  trainer: Trainer
  /** The samples to learn from. */
  rows: readonly number[]
  /** As the trainer was made with, at most the number of rows. */
  batchSize: number
  epochs: number
  learningRate: number
  minLearningRate: number
  /** Decides the order of the samples, together with the epoch. */
  seed: number
  /** Updates of one call. */
  stepsPerCall: number
  /** Inputs and targets of several minibatches, stacked: `rows` is their samples in order. */
  gather(rows: readonly number[], epoch: number): { inputs: Values; targets: Float32Array }
  /** Extra inputs of the network for the next call. */
  extra?(): Values
  /** After every call; what it throws ends the training. */
  onCall?(position: EpochPosition, losses: Float32Array): Promise<void>
  /** After every epoch, with the mean loss of its minibatches. */
  onEpoch(epoch: number, trainLoss: number): Promise<void>
}

/**
 * Trains for `epochs` epochs, from `from` on: minibatches in an order drawn per epoch, cosine annealing per step. The
 * curve depends on the trainer's state and the position alone, so a run goes on in the middle of an epoch as if
 * nothing had happened.
 */
export async function trainEpochs(
  options: EpochsOptions,
  from: EpochPosition = firstPosition,
): Promise<void> {
  const { trainer, rows, batchSize, epochs, seed, stepsPerCall } = options
  const { batches } = planEpoch(rows.length, batchSize)
  const total = epochs * batches
  let { step, lossSum } = from
  for (let epoch = from.epoch; epoch < epochs; epoch++) {
    const order = stream(seed, 'order', epoch)
      .permutation(rows.length)
      .map((i) => rows[i])
    while (step < batches) {
      const count = Math.min(stepsPerCall, batches - step)
      const first = epoch * batches + step
      const { losses } = await trainer.train({
        ...options.gather(order.slice(step * batchSize, (step + count) * batchSize), epoch),
        learningRates: Array.from({ length: count }, (_, i) =>
          cosineAnnealing(first + i, total, options.learningRate, options.minLearningRate),
        ),
        extra: options.extra?.(),
      })
      step += count
      lossSum += losses.reduce((sum, loss) => sum + loss, 0)
      await options.onCall?.({ epoch, step, lossSum }, losses)
    }
    await options.onEpoch(epoch, lossSum / batches)
    step = 0
    lossSum = 0
  }
}
