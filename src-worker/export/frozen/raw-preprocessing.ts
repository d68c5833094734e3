import { imagePreprocessingOf, type ImagePreprocessing } from '../../dataset/preprocess/image.ts'
import type { Preprocessing } from '../../dataset/preprocess.ts'
import type { FrozenModality } from './open-frozen.ts'

/** A picture that is scaled to the size of the dataset first, as those of the run were, and then to that of a file. */
export interface ScaledImage extends ImagePreprocessing {
  scaledTo: { height: number; width: number }
}

/** What is done to raw values before a file reads them: pixels stay 0 … 255, vectors are as they are. */
export function rawPreprocessing({ values, file }: FrozenModality): Preprocessing | ScaledImage {
  const all = (count: number, value: number) => Array.from({ length: count }, () => value)
  if (values.type === 'vector')
    return { type: 'vector', mean: all(values.length, 0), deviation: all(values.length, 1) }
  const { height, width } = values
  const image = imagePreprocessingOf({ height, width, mean: all(3, 0), deviation: all(3, 1 / 255) })
  const { picture } = file
  if (!picture || (picture.height === height && picture.width === width)) return image
  return { ...image, scaledTo: { height: picture.height, width: picture.width } }
}
