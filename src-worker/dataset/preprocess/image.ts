import { z } from 'zod'
import { Problem } from '#contract/problem.ts'
import { channels } from '../dataset.ts'
import type { ModalityValues } from '../dataset.ts'
import { imageDecoding } from '../decode-image.ts'

type ImageValues = Extract<ModalityValues, { type: 'image' }>

/**
 * x[y, x, c] = (pixel[y, x, c] / 255 − mean[c]) / deviation[c], on pixels decoded as `decoding` says and scaled (Lanczos)
 * to height × width.
 */
export const imagePreprocessing = z.strictObject({
  type: z.literal('image'),
  decoding: z.literal(imageDecoding),
  height: z.int().min(1),
  width: z.int().min(1),
  channels: z.literal('red, green, blue'),
  layout: z.literal('height, width, channel'),
  /** Pixels are divided by it. */
  scale: z.literal(255),
  /** Per channel, of the scaled training pixels. */
  mean: z.array(z.number()).length(channels),
  deviation: z.array(z.number().positive()).length(channels),
})
export type ImagePreprocessing = z.infer<typeof imagePreprocessing>

type Standardising = Pick<ImagePreprocessing, 'height' | 'width' | 'mean' | 'deviation'>

/** To a size, by statistics of each channel; the rest is alike for all images. */
export const imagePreprocessingOf = ({
  height,
  width,
  mean,
  deviation,
}: Standardising): ImagePreprocessing => ({
  type: 'image',
  decoding: imageDecoding,
  height,
  width,
  channels: 'red, green, blue',
  layout: 'height, width, channel',
  scale: 255,
  mean,
  deviation,
})

/** Channel means and standard deviations over the images at `train`. */
export function fitImage(values: ImageValues, train: readonly number[]): ImagePreprocessing {
  const { data, height, width } = values
  const size = height * width * channels
  const sums = Array.from({ length: channels }, () => 0)
  const squares = Array.from({ length: channels }, () => 0)
  for (const index of train) {
    for (let at = index * size; at < (index + 1) * size; at++) {
      const value = data[at]!
      sums[at % channels]! += value
      squares[at % channels]! += value * value
    }
  }
  const count = train.length * height * width
  const means = sums.map((sum) => sum / count)
  const deviations = squares.map((square, channel) =>
    Math.sqrt(Math.max(square / count - means[channel]! ** 2, 0)),
  )
  return imagePreprocessingOf({
    height,
    width,
    mean: means.map((mean) => mean / 255),
    deviation: deviations.map((deviation) => (deviation > 0 ? deviation / 255 : 1)),
  })
}

/** [image, height, width, channel] of the images at `indices`. Throws `shape-mismatch` for images of another size. */
export function applyImage(
  { height, width, scale, mean, deviation }: ImagePreprocessing,
  values: ImageValues,
  indices: readonly number[],
): Float32Array {
  if (values.height !== height || values.width !== width) {
    const detail = `${values.height} × ${values.width} pixels instead of ${height} × ${width}`
    throw new Problem('shape-mismatch', 'image preprocessing', detail)
  }
  // a table of what each of the 256 levels becomes
  const levels = mean.map((m, channel) =>
    Float32Array.from({ length: 256 }, (_, v) => (v / scale - m) / deviation[channel]!),
  )
  const size = height * width * channels
  const result = new Float32Array(indices.length * size)
  indices.forEach((index, position) => {
    for (let at = 0; at < size; at++)
      result[position * size + at] = levels[at % channels]![values.data[index * size + at]!]!
  })
  return result
}
