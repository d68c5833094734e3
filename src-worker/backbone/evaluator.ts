import type { TaskName } from '#contract/dataset.ts'
import type { DeviceName } from '#contract/device.ts'
import { batchesOf, wholeBatches } from '../training/batches.ts'
import { Predictor } from '../training/predictor.ts'
import { scoreOutcome, type Score } from '../training/score.ts'
import type { Labels } from '../training/targets.ts'
import type { BackboneNetwork } from './backbone.ts'
import type { Samples } from './samples.ts'

const largestBatch = 128
const calibrationBatches = 4

interface EvaluatorOptions {
  readonly samples: Samples
  readonly task: TaskName
  /** Of every sample. */
  readonly labels: Labels
  /** Training samples in random order; the first of them calibrate. */
  readonly calibration: readonly number[]
  readonly device: DeviceName
  readonly threads: number
}

/** Scores a backbone in evaluation mode: plain samples, no dropout, fixed batch norm statistics. */
export interface Evaluator {
  /** Batch norm statistics of `weights` over up to 512 calibration samples. */
  calibrate(weights: Float32Array): Promise<Float32Array>
  score(weights: Float32Array, statistics: Float32Array, indices: readonly number[]): Promise<Score>
  release(): Promise<void>
}

export async function createEvaluator(
  network: BackboneNetwork,
  { samples, task, labels, calibration, device, threads }: EvaluatorOptions,
): Promise<Evaluator> {
  const batchSize = Math.min(largestBatch, calibration.length)
  const predictor = await Predictor.create(network, { batchSize, device, threads })
  const inputs = (indices: readonly number[]) => ({ [network.input]: samples.rows(indices) })
  const batches = wholeBatches(calibration, batchSize).slice(0, calibrationBatches)
  return {
    calibrate: (weights) => predictor.calibrate(weights, batches.map(inputs)),
    score: async (weights, statistics, indices) => {
      const { classes } = network
      const logits = new Float32Array(indices.length * classes)
      for (const [i, batch] of batchesOf(indices, batchSize).entries()) {
        const own = await predictor.predict(weights, statistics, inputs(batch), batch.length)
        logits.set(own, i * batchSize * classes)
      }
      return scoreOutcome({ task, logits, labels: indices.map((index) => labels[index]), classes })
    },
    release: () => predictor.release(),
  }
}
