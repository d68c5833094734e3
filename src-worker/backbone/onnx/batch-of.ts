import sharp from 'sharp'
import type { FileInput, PictureInput } from '#contract/backbone.ts'
import { channels, type ModalityValues } from '../../dataset/dataset.ts'

type ImageValues = Extract<ModalityValues, { type: 'image' }>
type ImageInput = Extract<FileInput, { type: 'image' }>

/** Samples as the file reads them, in rows of a batch; what is left of the batch stays 0. */
export async function batchOf(
  values: Exclude<ModalityValues, { type: 'text' }>,
  { input, picture }: { input: FileInput; picture: PictureInput | null },
  indices: readonly number[],
  rowSize: number,
  batch: number,
): Promise<Float32Array> {
  const rows = new Float32Array(batch * rowSize)
  if (values.type === 'vector' || input.type === 'vector') {
    const { data } = values
    indices.forEach((index, row) =>
      rows.set(data.subarray(index * rowSize, (index + 1) * rowSize), row * rowSize),
    )
    return rows
  }
  const write = pictureWriter(input, picture!)
  await Promise.all(
    indices.map(async (index, row) => {
      const pixels = await pixelsOf(values, index, picture!)
      write(pixels, rows.subarray(row * rowSize, (row + 1) * rowSize))
    }),
  )
  return rows
}

/** [height, width, channel] in the size that the file reads, scaled (Lanczos) where the dataset holds another. */
async function pixelsOf(values: ImageValues, index: number, wanted: PictureInput): Promise<Uint8Array> {
  const { height, width, data } = values
  const size = height * width * channels
  const pixels = data.subarray(index * size, (index + 1) * size)
  if (height === wanted.height && width === wanted.width) return pixels
  return await sharp(pixels, { raw: { height, width, channels } })
    .resize(wanted.width, wanted.height, { fit: 'fill', kernel: 'lanczos3' })
    .raw({ depth: 'uchar' })
    .toBuffer()
}

/** Puts (pixel / 255 · range − mean) / deviation in the order of axes that the file reads. */
function pictureWriter({ layout }: ImageInput, { height, width, range, mean, deviation }: PictureInput) {
  const levels = mean.map((m, c) =>
    Float32Array.from({ length: 256 }, (_, v) => ((v / 255) * range - m) / deviation[c]),
  )
  const positions = height * width
  const [positionStride, channelStride] = layout === 'channels first' ? [1, positions] : [channels, 1]
  return (pixels: Uint8Array, target: Float32Array): void => {
    for (let at = 0; at < positions; at++)
      for (let c = 0; c < channels; c++)
        target[at * positionStride + c * channelStride] = levels[c][pixels[at * channels + c]]
  }
}
