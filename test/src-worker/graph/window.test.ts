import { describe, expect, it } from 'vitest'
import {
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  col2im1d,
  im2col1d,
  maxPool2x2,
} from '#worker/graph/functions.ts'
import { evaluate, normals } from './evaluate.ts'

describe('im2col', () => {
  it.each([
    [3, 5],
    [1, 4],
    [5, 3],
    [5, 1],
  ])('puts the %i neighbours of %i positions side by side, tap by tap', async (k, length) => {
    const [batch, channels] = [2, 3]
    const x = normals('sequence', batch * length * channels)
    const { shape, values } = await evaluate([batch, length, channels], x, (t) => im2col1d(t, k))
    expect(shape).toEqual([batch, length, k * channels])
    const expected: number[] = []
    for (let b = 0; b < batch; b++)
      for (let l = 0; l < length; l++)
        for (let t = 0; t < k; t++)
          for (let c = 0; c < channels; c++) {
            const from = l + t - (k - 1) / 2
            expected.push(from < 0 || from >= length ? 0 : x[(b * length + from) * channels + c])
          }
    expect(values).toEqual(expected)
  })

  it('leaves a symbolic batch symbolic', async () => {
    const { shape, declared } = await evaluate(
      [2, 5, 3],
      normals('any', 30),
      (t) => im2col1d(t, 3),
      [-1, 5, 3],
    )
    expect(declared).toEqual([-1, 5, 9])
    expect(shape).toEqual([2, 5, 9])
  })

  it('refuses an even window', async () => {
    await expect(evaluate([1, 4, 1], normals('any', 4), (t) => im2col1d(t, 2))).rejects.toThrow(/odd/)
  })
})

describe('col2im', () => {
  it.each([
    [3, 5],
    [5, 3],
    [5, 1],
    [1, 4],
  ])('is the transpose of im2col for %i neighbours of %i positions', async (k, length) => {
    const [batch, channels] = [2, 3]
    const x = normals('sequence', batch * length * channels)
    const columns = normals('columns', batch * length * k * channels)
    const spread = await evaluate([batch, length, channels], x, (t) => im2col1d(t, k))
    const added = await evaluate([batch, length, k * channels], columns, (t) => col2im1d(t, k))
    expect(added.shape).toEqual([batch, length, channels])
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0)
    expect(dot(columns, spread.values)).toBeCloseTo(dot(added.values, x), 4)
  })
})

describe('adaptive max pool', () => {
  it.each([
    [7, 3],
    [12, 4],
    [5, 5],
    [3, 8],
    [1, 4],
  ])('of %i elements into %i windows', async (length, n) => {
    const channels = 2
    const x = normals('pool', length * channels)
    const { shape, values } = await evaluate([1, length, channels], x, (t) => adaptiveMaxPool1d(t, n))
    expect(shape).toEqual([1, n, channels])
    const expected: number[] = []
    for (let i = 0; i < n; i++)
      for (let c = 0; c < channels; c++) {
        const window: number[] = []
        for (let t = Math.floor((i * length) / n); t < Math.ceil(((i + 1) * length) / n); t++)
          window.push(x[t * channels + c])
        expected.push(Math.max(...window))
      }
    expect(values).toEqual(expected)
  })

  it('over two axes takes the maximum of every rectangle', async () => {
    const x = Float32Array.from({ length: 35 }, (_, i) => i)
    const { shape, values } = await evaluate([1, 5, 7, 1], x, (t) => adaptiveMaxPool2d(t, 2))
    expect(shape).toEqual([1, 2, 2, 1])
    expect(values).toEqual([17, 20, 31, 34])
  })
})

it('max pool takes the maximum of whole windows only', async () => {
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
