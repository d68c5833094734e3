import type { Random } from '../random.ts'
import { channels } from './dataset.ts'

export interface AugmentOptions {
  /** Mirror half of the images left to right. */
  flip?: boolean
  /** The most pixels that an image is moved up, down, left or right. */
  maxShift?: number
}

/**
 * Copies of images [image, height, width, 3], each mirrored with probability ½ and moved by −maxShift … maxShift pixels
 * along both axes (uniform); pixels that move in repeat the edge. Pure: the same random stream gives the same images.
 */
export function augmentImages<T extends Float32Array | Uint8Array>(
  images: T,
  shape: { readonly height: number; readonly width: number },
  random: Random,
  { flip = true, maxShift = 4 }: AugmentOptions = {},
): T {
  const { height, width } = shape
  const size = height * width * channels
  const result = images.slice() as T
  for (let start = 0; start < images.length; start += size) {
    const mirrored = flip && random.integer(2) === 1
    const down = random.integer(2 * maxShift + 1) - maxShift
    const right = random.integer(2 * maxShift + 1) - maxShift
    let to = start
    for (let y = 0; y < height; y++) {
      const row = start + clamp(y - down, height) * width * channels
      for (let x = 0; x < width; x++) {
        const column = clamp(x - right, width)
        let from = row + (mirrored ? width - 1 - column : column) * channels
        for (let channel = 0; channel < channels; channel++) result[to++] = images[from++]!
      }
    }
  }
  return result
}

function clamp(position: number, length: number): number {
  return Math.min(Math.max(position, 0), length - 1)
}
