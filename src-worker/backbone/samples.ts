import { augmentImages } from '../dataset/augment.ts'
import { countOf, valuesOf, type Dataset } from '../dataset/dataset.ts'
import { applyPreprocessing, inputShapeOf, type Preprocessing } from '../dataset/preprocess.ts'
import type { Random } from '../random.ts'

/** One modality of a dataset as network inputs. */
export interface Samples {
  readonly modality: string
  /** Shape of one sample: [height, width, 3] or [length]. */
  readonly shape: readonly number[]
  /** Samples of all splits together. */
  readonly count: number
  /**
   * The samples at `indices`, [indices, …shape]. With `random` they are variants as training sees them: images are
   * mirrored and shifted, vectors stay as they are.
   */
  rows(indices: readonly number[], random?: Random): Float32Array
}

/**
 * A modality of a dataset under its preprocessing. Images stay 8-bit pixels until they are asked for; texts and vectors
 * are converted once, which takes 4 bytes an element.
 */
export function samplesOf(dataset: Dataset, modality: string, preprocessing: Preprocessing): Samples {
  const values = valuesOf(dataset, modality)
  const common = { modality, shape: inputShapeOf(preprocessing), count: countOf(values) }
  if (values.type !== 'image') {
    const all = applyPreprocessing(preprocessing, values)
    return { ...common, rows: (indices) => gatherRows(all, all.length / common.count, indices) }
  }
  const [height, width] = common.shape
  return {
    ...common,
    rows: (indices, random) => {
      const plain = applyPreprocessing(preprocessing, values, indices)
      return random ? augmentImages(plain, { height, width }, random) : plain
    },
  }
}

function gatherRows(all: Float32Array, size: number, indices: readonly number[]): Float32Array {
  const rows = new Float32Array(indices.length * size)
  indices.forEach((index, at) => rows.set(all.subarray(index * size, (index + 1) * size), at * size))
  return rows
}
