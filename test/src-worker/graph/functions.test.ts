import { describe, expect, it } from 'vitest'
import * as f from '#worker/graph/functions.ts'
import type { Tensor } from '#worker/graph/tensor.ts'
import { evaluate, normals } from './evaluate.ts'

const x = normals('x', 24)

/** Numbers to five decimals, so that results of different orders of summation compare equal. */
function rounded(values: Iterable<number>): number[] {
  return Array.from(values, (value) => Math.round(value * 1e5) / 1e5 + 0)
}

describe('softThreshold', () => {
  const threshold = 0.4
  it.each<[string, (t: Tensor) => Tensor]>([
    ['a number', (t) => f.softThreshold(t, threshold)],
    ['a scalar', (t) => f.softThreshold(t, t.graph.constant([threshold]))],
    ['a vector', (t) => f.softThreshold(t, t.graph.constant(Array(4).fill(threshold)))],
  ])('shrinks by %s', async (_name, build) => {
    const { values } = await evaluate([6, 4], x, build)
    const expected = Array.from(x, (value) => Math.sign(value) * Math.max(Math.abs(value) - threshold, 0))
    expect(rounded(values)).toEqual(rounded(expected))
  })
})

describe('normalisation', () => {
  it('layer norm gives mean 0 and variance 1 over its axes together', async () => {
    const { values } = await evaluate([2, 3, 4], x, (t) => f.layerNorm(t, undefined, undefined, 2))
    for (const row of [values.slice(0, 12), values.slice(12)]) {
      expect(row.reduce((a, b) => a + b) / 12).toBeCloseTo(0, 5)
      expect(row.reduce((a, b) => a + b * b, 0) / 12).toBeCloseTo(1, 3)
    }
  })

  it('batch norm by its own statistics equals batch norm by given ones that are equal', async () => {
    const weight = [1.5, -2, 0.5, 1]
    const bias = [0.1, 0.2, 0.3, 0.4]
    const own = await evaluate([6, 4], x, (t) => {
      return f.batchNormTraining(t, t.graph.constant(weight), t.graph.constant(bias)).y
    })
    const given = await evaluate([6, 4], x, (t) => {
      const { mean, variance } = f.batchNormTraining(t, t.graph.constant(weight), t.graph.constant(bias))
      return f.batchNormInference(t, t.graph.constant(weight), t.graph.constant(bias), mean, variance)
    })
    expect(rounded(own.values)).toEqual(rounded(given.values))
  })

  it('the variance of a batch is the biased one', async () => {
    const { values } = await evaluate([4, 1], Float32Array.of(1, 2, 3, 6), (t) => {
      return f.batchNormTraining(t, t.graph.constant([1]), t.graph.constant([0])).variance
    })
    expect(values[0]).toBeCloseTo(3.5, 5)
  })
})

describe('losses', () => {
  it('cross entropy of equal logits is ln classes; a row without target adds nothing', async () => {
    const equal = await evaluate([2, 4], new Float32Array(8), (t) =>
      f.crossEntropy(t, t.graph.constant([1, 0, 0, 0, 0.5, 0.5, 0, 0], [2, 4])),
    )
    expect(equal.values[0]).toBeCloseTo(Math.log(4), 5)
    const half = await evaluate([2, 4], new Float32Array(8), (t) =>
      f.crossEntropy(t, t.graph.constant([1, 0, 0, 0, 0, 0, 0, 0], [2, 4])),
    )
    expect(half.values[0]).toBeCloseTo(Math.log(4) / 2, 5)
  })

  it('binary cross entropy stays finite for extreme logits', async () => {
    const { values } = await evaluate([2, 1], Float32Array.of(1000, -1000), (t) =>
      f.binaryCrossEntropy(t, t.graph.constant([1, 1], [2, 1])),
    )
    expect(values[0]).toBeCloseTo(500, 3)
  })
})

describe('shapes', () => {
  it('reverse turns an axis round', async () => {
    const { values } = await evaluate([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6), (t) => f.reverse(t, 1))
    expect(values).toEqual([3, 2, 1, 6, 5, 4])
  })

  it('a symbolic batch survives reshapes, products and expansion', async () => {
    const { declared, shape } = await evaluate(
      [2, 3, 4],
      x,
      (t) => {
        const rows = f.reshape(t, [-3, 4])
        const product = f.gemm(rows, t.graph.constant(new Float32Array(20).fill(1), [4, 5]))
        const back = f.reshape(product, [-1, 3, 5])
        return f.expand(f.reduceMax(back, [1], { keepDims: true }), [-1, 3, 5])
      },
      [-1, 3, 4],
    )
    expect(declared).toEqual([-1, 3, 5])
    expect(shape).toEqual([2, 3, 5])
  })

  it('matmul with one matrix equals the batched product', async () => {
    const matrix = normals('matrix', 20)
    const one = await evaluate([2, 3, 4], x, (t) => f.matmul(t, t.graph.constant(matrix, [4, 5])))
    const batched = await evaluate([2, 3, 4], x, (t) => f.matmul(t, t.graph.constant(matrix, [1, 4, 5])))
    expect(one.shape).toEqual([2, 3, 5])
    expect(rounded(one.values)).toEqual(rounded(batched.values))
  })
})
