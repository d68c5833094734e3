import type { Genotype } from '#contract/genotype.ts'
import type { DeviceName } from '#contract/device.ts'
import { derivedNetwork, inheritWeights } from '../space/derived.ts'
import type { FusionSpace } from '../space/space.ts'
import type { Layout } from '../training/layout.ts'
import { Predictor } from '../training/predictor.ts'
import { score } from '../training/metrics/score.ts'
import { answersOn, calibratedState } from './feature-answers.ts'
import type { FeatureSet } from './feature-set.ts'

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
 * Scores genotypes by the task's main score, 0–1, of their discretised network on the whole validation split: the stand-alone
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
    const network = derivedNetwork(space, genotype, set.classes.length)
    const predictor = await Predictor.create(network, { batchSize, device, threads })
    try {
      const weights = inheritWeights(supernetLayout.parameters, predictor.layout.parameters, supernetWeights)
      const state = await calibratedState(predictor, { network, set }, weights, {
        rows: calibrationRows,
        batchSize,
      })
      return score.measure(await answersOn(predictor, { network, set }, state, set.splits.validation))
    } finally {
      await predictor.release()
    }
  }
}
