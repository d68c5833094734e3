import { describe, expect, it } from 'vitest'
import { convolve3x3 } from '#worker/graph/functions.ts'
import { evaluate, normals } from '../evaluate.ts'

describe('convolve3x3', () => {
  it.each([
    [5, 4],
    [1, 6],
    [1, 1],
  ])('is the sum over neighbours in images of %i × %i, zero outside', async (height, width) => {
    const [batch, channels, depth] = [3, 2, 4]
    const x = normals('image', batch * height * width * channels)
    const w = normals('kernel', 9 * channels * depth)
    const { values, declared } = await evaluate(
      [batch, height, width, channels],
      x,
      (image) => convolve3x3(image, image.graph.constant(w, [9 * channels, depth])),
      [-1, height, width, channels],
    )
    expect(declared).toEqual([-1, height, width, depth])
    const at = (b: number, y: number, x0: number, c: number) =>
      y < 0 || y >= height || x0 < 0 || x0 >= width ? 0 : x[((b * height + y) * width + x0) * channels + c]
    let row = 0
    for (let b = 0; b < batch; b++)
      for (let y = 0; y < height; y++)
        for (let x0 = 0; x0 < width; x0++)
          for (let d = 0; d < depth; d++) {
            let sum = 0
            for (let tap = 0; tap < 9; tap++)
              for (let c = 0; c < channels; c++) {
                const neighbour = at(b, y + Math.floor(tap / 3) - 1, x0 + (tap % 3) - 1, c)
                sum += neighbour * w[(tap * channels + c) * depth + d]
              }
            expect(values[row++]).toBeCloseTo(sum, 4)
          }
  })
})
