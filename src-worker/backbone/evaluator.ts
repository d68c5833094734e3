import type { DeviceName } from '#contract/device.ts'
import { batchesOf, wholeBatches } from '../training/batches.ts'
import { Predictor } from '../training/predictor.ts'
import { predictedClasses, scorePredictions, type Score } from '../training/score.ts'
import type { BackboneNetwork } from './backbone.ts'
import type { Samples } from './samples.ts'

const largestBatch = 128
const calibrationBatches = 4

interface EvaluatorOptions {
  readonly samples: Samples
  readonly labels: ArrayLike<number>
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
  { samples, labels, calibration, device, threads }: EvaluatorOptions,
): Promise<Evaluator> {
  const batchSize = Math.min(largestBatch, calibration.length)
  const predictor = await Predictor.create(network, { batchSize, device, threads })
  const inputs = (indices: readonly number[]) => ({ [network.input]: samples.rows(indices) })
  const batches = wholeBatches(calibration, batchSize).slice(0, calibrationBatches)
  return {
    calibrate: (weights) => predictor.calibrate(weights, batches.map(inputs)),
    score: async (weights, statistics, indices) => {
      const predicted: number[] = []
      for (const batch of batchesOf(indices, batchSize)) {
        const logits = await predictor.predict(weights, statistics, inputs(batch), batch.length)
        predicted.push(...predictedClasses(logits, network.classes))
      }
      const expected = indices.map((index) => labels[index])
      return scorePredictions(predicted, expected, network.classes)
    },
    release: () => predictor.release(),
  }
}
