import type { Genotype } from '#contract/genotype.ts'
import type { DeviceName } from '#contract/device.ts'
import { derivedNetwork, inheritWeights } from '../space/derived.ts'
import type { FusionSpace } from '../space/space.ts'
import { wholeBatches } from '../training/batches.ts'
import type { Layout } from '../training/layout.ts'
import { Predictor } from '../training/predictor.ts'
import { predictedClasses, scorePredictions } from '../training/score.ts'
import { inferenceExtra } from './dictionary-extra.ts'
import { gatherFeatures, gatherTraining, type FeatureSet } from './feature-set.ts'

interface ScorerOptions {
  space: FusionSpace
  set: FeatureSet
  /** Where the supernet's parameters stand, to inherit them. */
  supernetLayout: Layout
  /** Training samples that calibrate batch norm. */
  calibrationRows: readonly number[]
  batchSize: number
  device: DeviceName
  threads: number
}

/**
 * Scores genotypes by the accuracy, 0–1, of their discretised network on the whole validation split: the stand-alone
 * network with the supernet's weights, its batch norms calibrated anew (masking shifts their statistics).
 */
export class GenotypeScorer {
  readonly #options: ScorerOptions

  constructor(options: ScorerOptions) {
    this.#options = options
  }

  /** Forward passes of one sample that one score costs. */
  get cost(): number {
    return this.#options.calibrationRows.length + this.#options.set.splits.validation.length
  }

  async score(genotype: Genotype, supernetWeights: Float32Array): Promise<number> {
    const { space, set, supernetLayout, calibrationRows, batchSize, device, threads } = this.#options
    const classes = set.classes.length
    const network = derivedNetwork(space, genotype, classes)
    const predictor = await Predictor.create(network, { batchSize, device, threads })
    try {
      const weights = inheritWeights(supernetLayout.parameters, predictor.layout.parameters, supernetWeights)
      const extra = inferenceExtra(network.dictionaries, predictor.layout, weights)
      const ids = Object.keys(network.inputs)
      const statistics = await predictor.calibrate(
        weights,
        wholeBatches(calibrationRows, batchSize).map((rows) => gatherTraining(set, ids, rows, 0)),
        extra,
      )
      const rows = set.splits.validation
      const logits = await predictor.predict(
        weights,
        statistics,
        gatherFeatures(set, ids, rows),
        rows.length,
        extra,
      )
      const labels = rows.map((row) => set.labels[row])
      return scorePredictions(predictedClasses(logits, classes), labels, classes).accuracy
    } finally {
      await predictor.release()
    }
  }
}
