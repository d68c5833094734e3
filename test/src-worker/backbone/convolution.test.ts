import { describe, expect, it } from 'vitest'
import { convolve3x3, maxPool2x2 } from '#worker/backbone/convolution.ts'
import { evaluate, normals } from '../graph/evaluate.ts'
import { compare, type Case } from '../graph/finite-differences.ts'

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

describe('maxPool2x2', () => {
  it('takes the maximum of whole windows only', async () => {
    const [height, width] = [5, 7]
    const x = normals('pool', height * width)
    const { shape, values } = await evaluate([1, height, width, 1], x, maxPool2x2)
    expect(shape).toEqual([1, 2, 3, 1])
    const expected = [0, 1].flatMap((y) =>
      [0, 1, 2].map((column) => {
        const corner = 2 * y * width + 2 * column
        return Math.max(x[corner], x[corner + 1], x[corner + width], x[corner + width + 1])
      }),
    )
    expect(values).toEqual(expected)
  })
})

const cases: Case[] = [
  {
    title: 'convolution',
    shapes: [
      [2, 3, 5, 2],
      [18, 3],
    ],
    build: convolve3x3,
  },
  {
    title: 'convolution of a column',
    shapes: [
      [1, 4, 1, 3],
      [27, 2],
    ],
    build: convolve3x3,
  },
  { title: 'max pool', shapes: [[2, 5, 4, 3]], ranges: ['far apart'], build: maxPool2x2 },
]

it.each(cases)('the gradient of $title agrees with finite differences', async (example) => {
  const { errors, errorsScaled } = await compare(example)
  for (const error of errors) expect(error).toBeLessThan(2e-3)
  for (const error of errorsScaled) expect(error).toBeGreaterThan(2e-3)
})
