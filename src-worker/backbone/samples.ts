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
   * The samples at `indices`, [indices, …shape]. With `random` they are variants as training sees them: images mirrored
   * and shifted, texts without most of their terms, vectors without some of their elements.
   */
  rows(indices: readonly number[], random?: Random): Float32Array
}

/**
 * Share of terms that a variant of a text lacks. So high a rate costs the text's own score nothing, and without it a
 * network knows its training texts by heart: a fusion then learns to trust features that mean little on new texts.
 */
const termDropout = 0.7
/** Share of elements that a variant of a vector lacks. */
const elementDropout = 0.2

/**
 * A modality of a dataset under its preprocessing. Images stay 8-bit pixels until they are asked for; texts and vectors
 * are converted once, which takes 4 bytes an element.
 */
export function samplesOf(dataset: Dataset, modality: string, preprocessing: Preprocessing): Samples {
  const values = valuesOf(dataset, modality)
  const common = { modality, shape: inputShapeOf(preprocessing), count: countOf(values) }
  if (values.type === 'image') {
    const [height, width] = common.shape
    return {
      ...common,
      rows: (indices, random) => {
        const plain = applyPreprocessing(preprocessing, values, indices)
        return random ? augmentImages(plain, { height, width }, random) : plain
      },
    }
  }
  const all = applyPreprocessing(preprocessing, values)
  const rate = values.type === 'text' ? termDropout : elementDropout
  return {
    ...common,
    rows: (indices, random) => {
      const plain = gatherRows(all, common.shape[0], indices)
      return random ? dropElements(plain, rate, random) : plain
    },
  }
}

/** Sets elements to 0 with probability `rate` and scales what is left by 1 / (1 − rate); zeros take no random numbers. */
function dropElements(values: Float32Array, rate: number, random: Random): Float32Array {
  return values.map((value) => (value === 0 || random.next() < rate ? 0 : value / (1 - rate)))
}

function gatherRows(all: Float32Array, size: number, indices: readonly number[]): Float32Array {
  const rows = new Float32Array(indices.length * size)
  indices.forEach((index, at) => rows.set(all.subarray(index * size, (index + 1) * size), at * size))
  return rows
}
