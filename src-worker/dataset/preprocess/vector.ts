import { z } from 'zod'
import { Problem } from '#contract/problem.ts'
import type { ModalityValues } from '../dataset.ts'

type VectorValues = Extract<ModalityValues, { type: 'vector' }>

/** x[i] = (value[i] − mean[i]) / deviation[i]. */
export const vectorPreprocessing = z.strictObject({
  type: z.literal('vector'),
  /** Per element, over the training samples; deviation 1 where an element varies by rounding at most. */
  mean: z.array(z.number()).min(1),
  deviation: z.array(z.number().positive()).min(1),
})
export type VectorPreprocessing = z.infer<typeof vectorPreprocessing>

export function fitVector({ data, length }: VectorValues, train: readonly number[]): VectorPreprocessing {
  const elements = Array.from({ length }, (_, element) => element)
  const averageOf = (term: (index: number) => number) =>
    train.reduce((sum, index) => sum + term(index), 0) / train.length
  const mean = elements.map((element) => averageOf((index) => data[index * length + element]!))
  const deviation = elements.map((element) => {
    const variance = averageOf((index) => (data[index * length + element]! - mean[element]!) ** 2)
    const constant = Math.sqrt(variance) <= 1e-6 * Math.abs(mean[element]!) + 1e-12
    return constant ? 1 : Math.sqrt(variance)
  })
  return { type: 'vector', mean, deviation }
}

/** [sample, element] of the samples at `indices`. Throws `shape-mismatch` for vectors of another length. */
export function applyVector(
  { mean, deviation }: VectorPreprocessing,
  { data, length }: VectorValues,
  indices: readonly number[],
): Float32Array {
  if (length !== mean.length)
    throw new Problem('shape-mismatch', 'vector preprocessing', `${length} numbers instead of ${mean.length}`)
  const result = new Float32Array(indices.length * length)
  indices.forEach((index, position) => {
    for (let element = 0; element < length; element++) {
      const value = data[index * length + element]!
      result[position * length + element] = (value - mean[element]!) / deviation[element]!
    }
  })
  return result
}
