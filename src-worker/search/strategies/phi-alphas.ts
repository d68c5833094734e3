import type { RunConfig } from '#contract/config.ts'
import type { Player } from '#contract/genotype.ts'
import { vector, type StoredTensor } from '../../run-directory/safetensors.ts'
import {
  initialAlphaState,
  updateAlphas,
  type AlphaUpdateSettings,
  type Vectors,
} from '../../shapley/alpha-update.ts'
import { joinAlphas, phiByTensor, splitAlphas } from '../alphas.ts'

/** Moves α along one number per player, φ (SM-ShapNAS, Algorithm 1; Shapley-NAS, Eqs. 6–7), and keeps the momentum. */
export class PhiAlphas {
  readonly #players: readonly Player[]
  readonly #alphas: Float64Array
  readonly #settings: AlphaUpdateSettings
  #momentum: Vectors

  /** @param alphas Flat, changed in place. */
  constructor(
    players: readonly Player[],
    alphas: Float64Array,
    { alphaStep, momentum, alphaWarmup, alphaNorm, alphaScale }: RunConfig['valuation'],
  ) {
    this.#players = players
    this.#alphas = alphas
    this.#settings = {
      step: alphaStep,
      momentum,
      warmup: alphaWarmup,
      norm: alphaNorm,
      scale: alphaScale,
    }
    this.#momentum = initialAlphaState(splitAlphas(players, alphas)).momentum
  }

  /** @param phi In the order of the players. */
  follow(phi: readonly number[], epoch: number): void {
    const state = { alphas: splitAlphas(this.#players, this.#alphas), momentum: this.#momentum }
    const next = updateAlphas(state, phiByTensor(this.#players, phi), epoch, this.#settings)
    this.#alphas.set(joinAlphas(this.#players, next.alphas))
    this.#momentum = next.momentum
  }

  save(): Record<string, StoredTensor> {
    return { momentum: vector(joinAlphas(this.#players, this.#momentum)) }
  }

  restore(tensors: Readonly<Record<string, StoredTensor>>): void {
    this.#momentum = splitAlphas(this.#players, tensors['momentum'].data as Float64Array)
  }
}
