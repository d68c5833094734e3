import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { augmentImages } from '#worker/dataset/augment.ts'
import { stream } from '#worker/random.ts'

const shape = { height: 5, width: 6 }
const size = shape.height * shape.width * 3

/** Every pixel of image n holds (n, y, x), so a moved pixel tells where it came from. */
function markedImages(count: number): Uint8Array {
  return Uint8Array.from({ length: count * size }, (_, at) => {
    const pixel = Math.floor((at % size) / 3)
    return [Math.floor(at / size), Math.floor(pixel / shape.width), pixel % shape.width][at % 3]!
  })
}

test('each image is mirrored or not and moved as a whole, edges repeated', () => {
  const images = markedImages(200)
  const result = augmentImages(images, shape, stream(3, 'augment'), { maxShift: 2 })
  const seen = new Set<string>()
  const clamp = (value: number, length: number) => Math.min(Math.max(value, 0), length - 1)
  for (let n = 0; n < 200; n++) {
    const found = candidates(2).filter(({ mirrored, down, right }) => {
      for (let y = 0; y < shape.height; y++) {
        for (let x = 0; x < shape.width; x++) {
          const column = clamp(x - right, shape.width)
          const expected = [n, clamp(y - down, shape.height), mirrored ? shape.width - 1 - column : column]
          const at = n * size + (y * shape.width + x) * 3
          if (expected.some((value, channel) => result[at + channel] !== value)) return false
        }
      }
      return true
    })
    expect(found).toHaveLength(1)
    seen.add(JSON.stringify(found[0]))
  }
  expect(seen.size).toBeGreaterThan(45)
})

function candidates(most: number) {
  const shifts = Array.from({ length: 2 * most + 1 }, (_, at) => at - most)
  return [false, true].flatMap((mirrored) =>
    shifts.flatMap((down) => shifts.map((right) => ({ mirrored, down, right }))),
  )
}

test('without flips and shifts the images are copied', () => {
  const images = Float32Array.from(markedImages(3), (value) => value / 7)
  const result = augmentImages(images, shape, stream(1, 'augment'), { flip: false, maxShift: 0 })
  expect(result).toEqual(images)
  expect(result.buffer).not.toBe(images.buffer)
})

test('the same random stream gives the same images, and leaves the originals alone', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const images = markedImages(4)
      const once = augmentImages(images, shape, stream(seed, 'augment'))
      expect(augmentImages(images, shape, stream(seed, 'augment'))).toEqual(once)
      expect(images).toEqual(markedImages(4))
    }),
    { numRuns: 20 },
  )
})
