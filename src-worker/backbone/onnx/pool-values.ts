import type { TapInfo } from '#contract/backbone.ts'
import { gridSide } from '../pool.ts'

/** Values of a tap along two axes of positions, and how far apart neighbours lie. */
interface Positions {
  readonly axes: readonly [PositionAxis, PositionAxis]
  readonly channels: number
  readonly channelStride: number
}
interface PositionAxis {
  readonly size: number
  readonly stride: number
  /** Windows along it. */
  readonly windows: number
}

/**
 * Values of a tap [rows, …shape] as a sequence for the fusion, [rows, length, channels], as the taps of trained backbones
 * are pooled: images by adaptive max pool to a grid of √length × √length, sequences to length, vectors repeated.
 * Throws `bad-configuration` when an image meets a length that is no square.
 */
export function poolValues(
  values: Float32Array,
  rows: number,
  { shape, layout }: Pick<TapInfo, 'shape' | 'layout'>,
  length: number,
): Float32Array {
  const { axes, channels, channelStride } = positionsOf(shape, layout, length)
  const sampleSize = shape.reduce((product, size) => product * size, 1)
  const [outer, inner] = axes
  const result = new Float32Array(rows * length * channels)
  let at = 0
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < outer.windows; i++)
      for (let j = 0; j < inner.windows; j++)
        for (let c = 0; c < channels; c++) {
          let largest = -Infinity
          for (let y = startOf(outer, i); y < endOf(outer, i); y++)
            for (let x = startOf(inner, j); x < endOf(inner, j); x++) {
              const from = row * sampleSize + y * outer.stride + x * inner.stride + c * channelStride
              largest = Math.max(largest, values[from])
            }
          result[at++] = largest
        }
  return result
}

const startOf = ({ size, windows }: PositionAxis, i: number) => Math.floor((i * size) / windows)
const endOf = ({ size, windows }: PositionAxis, i: number) => Math.ceil(((i + 1) * size) / windows)

function positionsOf(shape: readonly number[], layout: TapInfo['layout'], length: number): Positions {
  const single = { size: 1, stride: 0, windows: 1 }
  if (layout === 'vector') {
    const repeated = { size: 1, stride: 0, windows: length }
    return { axes: [repeated, single], channels: shape[0], channelStride: 1 }
  }
  if (layout === 'sequence') {
    const [positions, channels] = shape
    const along = { size: positions, stride: channels, windows: length }
    return { axes: [along, single], channels, channelStride: 1 }
  }
  const windows = gridSide(length)
  if (layout === 'channels first') {
    const [channels, height, width] = shape
    return {
      axes: [
        { size: height, stride: width, windows },
        { size: width, stride: 1, windows },
      ],
      channels,
      channelStride: height * width,
    }
  }
  const [height, width, channels] = shape
  return {
    axes: [
      { size: height, stride: width * channels, windows },
      { size: width, stride: channels, windows },
    ],
    channels,
    channelStride: 1,
  }
}
