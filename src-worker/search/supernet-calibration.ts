import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import { stream } from '../random.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import { wholeBatches } from '../training/batches.ts'
import { Predictor } from '../training/predictor.ts'
import type { SupernetState } from './coalition-evaluator.ts'
import { inferenceExtra } from './dictionary-extra.ts'
import { gatherTraining, type FeatureSet } from './feature-set.ts'

/** Finds the statistics of a supernet's batch norms, on the same training samples in every epoch. */
export interface SupernetCalibration {
  calibrator: Predictor
  calibrationRows: readonly number[]
  calibrationBatch: number
}

const calibrationSamples = 512
const largestCalibrationBatch = 64

export async function openCalibration(
  { config, set, device }: { config: RunConfig; set: FeatureSet; device: DeviceName },
  network: FusionNetwork,
): Promise<SupernetCalibration> {
  const { train } = set.splits
  const calibrationBatch = Math.min(largestCalibrationBatch, train.length)
  const calibrationRows = stream(config.seed, 'calibration')
    .permutation(train.length)
    .slice(0, calibrationSamples)
    .map((i) => train[i])
  const { threads } = config
  const calibrator = await Predictor.create(network, { batchSize: calibrationBatch, device, threads })
  return { calibrator, calibrationRows, calibrationBatch }
}

/**
 * What values the coalitions of these weights: their dictionary steps, and the batch-norm statistics under the whole
 * mixture `[players]`.
 */
export async function supernetStateUnder(
  { calibrator, calibrationRows, calibrationBatch }: SupernetCalibration,
  { network, set }: { network: FusionNetwork; set: FeatureSet },
  weights: Float32Array,
  mixture: readonly number[],
): Promise<SupernetState> {
  const ids = set.features.map(({ id }) => id)
  const extras = inferenceExtra(network.dictionaries, calibrator.layout, weights)
  const statistics = await calibrator.calibrate(
    weights,
    wholeBatches(calibrationRows, calibrationBatch).map((rows) => gatherTraining(set, ids, rows, 0)),
    { mixture: Float32Array.from(mixture), ...extras },
  )
  return { weights, statistics, steps: extras['dictionary-steps'] ?? new Float32Array(0) }
}
