import { z } from 'zod'
import { taskNames } from '#contract/dataset.ts'
import { Problem } from '#contract/problem.ts'
import { countOf, valuesOf } from './dataset.ts'
import type { Dataset, ModalityValues } from './dataset.ts'
import { applyImage, fitImage, imagePreprocessing } from './preprocess/image.ts'
import { applyText, fitText, textPreprocessing } from './preprocess/text.ts'
import type { TextOptions } from './preprocess/text.ts'
import { applyVector, fitVector, vectorPreprocessing } from './preprocess/vector.ts'

/** How raw values of one modality become network inputs: plain JSON, complete enough for another program to do the same. */
export const preprocessing = z.discriminatedUnion('type', [
  imagePreprocessing,
  textPreprocessing,
  vectorPreprocessing,
])
export type Preprocessing = z.infer<typeof preprocessing>

/** The content of an exported `preprocessing.json`: one entry a modality, and the classes in the order of the scores. */
export const preprocessingFile = z.strictObject({
  version: z.literal(1),
  inputs: z.record(z.string(), preprocessing),
  classes: z.array(z.string()).min(2),
  /** Files of older versions know one task only. */
  task: z.enum(taskNames).default('single-label'),
  /** Of a multi-label task: a class is answered where its score is at least this. */
  threshold: z.number().optional(),
})
export type PreprocessingFile = z.infer<typeof preprocessingFile>

/** Fits a modality on the training split alone. Throws `dataset-unusable` when its texts hold no words. */
export function fitPreprocessing(
  dataset: Dataset,
  modality: string,
  options: Partial<TextOptions> = {},
): Preprocessing {
  const values = valuesOf(dataset, modality)
  const { train } = dataset.splits
  switch (values.type) {
    case 'image':
      return fitImage(values, train)
    case 'vector':
      return fitVector(values, train)
    case 'text': {
      const fitted = fitText(values, train, { maxWords: 2000, maxCharacters: 2000, ...options })
      if (fitted.words.terms.length > 0) return fitted
      throw new Problem(
        'dataset-unusable',
        `modality ${modality}`,
        'no training text holds a letter or digit',
      )
    }
  }
}

/**
 * Network inputs [sample, …inputShapeOf(preprocessing)] of the raw values at `indices` (all, when left out).
 * Throws `shape-mismatch` when the values are of another type or size than those it was fitted on.
 */
export function applyPreprocessing(
  preprocessing: Preprocessing,
  values: ModalityValues,
  indices: readonly number[] = Array.from({ length: countOf(values) }, (_, index) => index),
): Float32Array {
  if (preprocessing.type === 'image' && values.type === 'image')
    return applyImage(preprocessing, values, indices)
  if (preprocessing.type === 'text' && values.type === 'text')
    return applyText(preprocessing, values, indices)
  if (preprocessing.type === 'vector' && values.type === 'vector')
    return applyVector(preprocessing, values, indices)
  throw new Problem(
    'shape-mismatch',
    'preprocessing',
    `${values.type} values instead of ${preprocessing.type}`,
  )
}

/** Shape of one sample's network input: [height, width, channel], [term] or [element]. */
export function inputShapeOf(preprocessing: Preprocessing): readonly number[] {
  switch (preprocessing.type) {
    case 'image':
      return [preprocessing.height, preprocessing.width, preprocessing.mean.length]
    case 'text':
      return [preprocessing.words.terms.length + preprocessing.characters.terms.length]
    case 'vector':
      return [preprocessing.mean.length]
  }
}
