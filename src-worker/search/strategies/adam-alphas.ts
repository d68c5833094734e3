import type { RunConfig } from '#contract/config.ts'
import type { StoredTensor } from '../../run-directory/safetensors.ts'

const beta1 = 0.5
const beta2 = 0.999
const epsilon = 1e-8

/** Moves α against slopes of the validation loss by Adam with L2 weight decay (DARTS, BM-NAS), and counts its steps. */
export class AdamAlphas {
  readonly #alphas: Float64Array
  readonly #learningRate: number
  readonly #weightDecay: number
  readonly #m: Float64Array
  readonly #v: Float64Array
  #steps = 0

  /** @param alphas Flat, changed in place. */
  constructor(
    alphas: Float64Array,
    settings: Pick<RunConfig['search'], 'alphaLearningRate' | 'alphaWeightDecay'>,
  ) {
    this.#alphas = alphas
    this.#learningRate = settings.alphaLearningRate
    this.#weightDecay = settings.alphaWeightDecay
    this.#m = new Float64Array(alphas.length)
    this.#v = new Float64Array(alphas.length)
  }

  get steps(): number {
    return this.#steps
  }

  /** @param slopes dL/dα, in the order of the alphas. */
  descend(slopes: ArrayLike<number>): void {
    const [alphas, m, v] = [this.#alphas, this.#m, this.#v]
    this.#steps += 1
    for (let i = 0; i < alphas.length; i++) {
      const slope = slopes[i] + this.#weightDecay * alphas[i]
      m[i] = beta1 * m[i] + (1 - beta1) * slope
      v[i] = beta2 * v[i] + (1 - beta2) * slope * slope
      const scale = Math.sqrt(v[i] / (1 - beta2 ** this.#steps)) + epsilon
      alphas[i] -= (this.#learningRate * m[i]) / (1 - beta1 ** this.#steps) / scale
    }
  }

  save(): Record<string, StoredTensor> {
    return {
      'alpha-m': { shape: [this.#m.length], data: this.#m.slice() },
      'alpha-v': { shape: [this.#v.length], data: this.#v.slice() },
      'alpha-steps': { shape: [1], data: Float64Array.of(this.#steps) },
    }
  }

  restore(tensors: Readonly<Record<string, StoredTensor>>): void {
    this.#m.set(tensors['alpha-m'].data as Float64Array)
    this.#v.set(tensors['alpha-v'].data as Float64Array)
    this.#steps = Number(tensors['alpha-steps'].data[0])
  }
}
