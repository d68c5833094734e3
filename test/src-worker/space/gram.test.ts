import { describe, expect, it } from 'vitest'
import type { Builder } from '#worker/training/network.ts'
import { type SparseCoding, sparseCode } from '#worker/space/sparse-coding.ts'
import { evaluate } from './evaluate.ts'

const [batch, inputs, outputs] = [2, 6, 3]

/** The same layer with A and Aᵀ one after the other, and with AᵀA as one operator. */
function bothWays(length: number, taps: number, options: SparseCoding, parts = 1) {
  return (builder: Builder) => {
    const v = builder.parameter('v', [inputs, outputs, taps], { kind: 'zeros' })
    const u = builder.input('u', [batch, length, inputs / parts])
    const code = (fixedWeights: boolean) =>
      sparseCode(
        Array.from({ length: parts }, () => u),
        v,
        builder.input('tau', []),
        { ...options, fixedWeights },
      )
    return { apart: code(false), asOne: code(true) }
  }
}

describe('a sparse coding layer of fixed weights', () => {
  it.each([
    { length: 4, taps: 1, iterations: 2 },
    { length: 3, taps: 3, iterations: 2 },
    { length: 7, taps: 3, iterations: 4 },
    { length: 5, taps: 5, iterations: 3 },
    { length: 9, taps: 5, iterations: 2, parts: 2 },
    { length: 8, taps: 7, iterations: 2 },
    { length: 2, taps: 3, iterations: 3 },
  ])('gives the same code: %o', async ({ length, taps, iterations, parts }) => {
    const options = { lambda1: 0.1, lambda2: 0.01, iterations, nonNegative: false }
    const found = await evaluate(bothWays(length, taps, options, parts), { tau: [0.2] })
    found.asOne.forEach((value, i) => expect(value).toBeCloseTo(found.apart[i], 5))
    expect(found.apart.filter((value) => value !== 0).length).toBeGreaterThan(found.apart.length / 3)
  })
})
