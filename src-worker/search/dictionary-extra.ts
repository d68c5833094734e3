import { boundSquaredNorm } from '../space/dictionary-bound.ts'
import type { DictionarySpec, DictionarySteps } from '../space/dictionary-step.ts'
import type { Layout } from '../training/layout.ts'
import type { Values } from '../training/network.ts'

/** The share of 1/‖A‖² that training takes as a step (docs/method.md); inference takes the same of the proven bound. */
const share = 0.9

/** The extra input of a network in training, its steps following the weights; none where there is no dictionary. */
export function trainingExtra(
  steps: DictionarySteps,
  dictionaries: readonly DictionarySpec[],
  weights: Float32Array,
): Values {
  return dictionaries.length > 0 ? { 'dictionary-steps': steps.update(weights) } : {}
}

/** The extra input of a trained network: steps τ = 0.9/bound that are proven to keep the iterations stable. */
export function inferenceExtra(
  dictionaries: readonly DictionarySpec[],
  layout: Layout,
  weights: Float32Array,
): Values {
  if (dictionaries.length === 0) return {}
  const steps = dictionaries.map((spec) => {
    const { offset } = layout.parameters.find(({ name }) => name === spec.name)!
    const size = spec.shape[0] * spec.shape[1] * spec.shape[2]
    return share / boundSquaredNorm(weights.subarray(offset, offset + size), spec)
  })
  return { 'dictionary-steps': Float32Array.from(steps) }
}
