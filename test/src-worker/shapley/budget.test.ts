import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budgetsAt, largestRemainder } from '#worker/shapley/budget.ts'
import { playersOf, sum } from './games.ts'

// Two nodes with three operations each, the last of them sparse.
const players = playersOf(6, (i) => ({
  decision: i < 3 ? 'node0' : 'node1',
  group: i % 3 === 2 ? 'sparse' : 'normal',
}))
const settings = { normal: 20, sparse: 60, warmup: 5 }

describe('budgetsAt', () => {
  it('gives sparse players more until the warmup is over', () => {
    expect(budgetsAt(4, players, [1, 0, 0, 0, 0, 1], settings)).toEqual([20, 20, 60, 20, 20, 60])
  })

  it('then deals each decision its own samples by likelihood', () => {
    // 94 spare samples a decision: 0.5·94 = 47, 0.25·94 = 23.5 twice, the rest to the earlier one.
    expect(budgetsAt(5, players, [0.5, 0.25, 0.25, 1, 0, 0], settings)).toEqual([49, 26, 25, 96, 2, 2])
  })

  it('keeps the samples of each decision, whole numbers and the minimum, whatever the likelihoods', () => {
    const likelihood = fc.array(fc.double({ min: 1e-12, max: 1, noNaN: true }), {
      minLength: 6,
      maxLength: 6,
    })
    fc.assert(
      fc.property(likelihood, fc.integer({ min: 2, max: 10 }), (q, minimum) => {
        const budgets = budgetsAt(9, players, q, { ...settings, minimum })
        expect(sum(budgets.slice(0, 3))).toBe(100)
        expect(sum(budgets.slice(3))).toBe(100)
        expect(budgets.every((m) => Number.isInteger(m) && m >= minimum)).toBe(true)
      }),
    )
  })

  it('needs no normalised likelihoods: edges bring the identity entry of a softmax each', () => {
    const q = [0.6, 0.7, 0.5, 0.1, 0.2, 0.9]
    const halved = q.map((x) => x / 2)
    expect(budgetsAt(9, players, halved, settings)).toEqual(budgetsAt(9, players, q, settings))
  })
})

describe('largestRemainder', () => {
  it('gives the rest to the largest fractions, the earlier first among equals', () => {
    expect(largestRemainder(10, [1, 1, 1])).toEqual([4, 3, 3])
    expect(largestRemainder(10, [47, 16, 15.8, 12, 6.1, 3.1])).toEqual([5, 2, 1, 1, 1, 0])
    expect(largestRemainder(0, [1, 2])).toEqual([0, 0])
  })

  it('stays within one of every quota', () => {
    const shares = fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.nat(500), shares, (total, q) => {
        const parts = largestRemainder(total, q)
        expect(sum(parts)).toBe(total)
        parts.forEach((part, i) => expect(Math.abs(part - (total * q[i]) / sum(q))).toBeLessThan(1))
      }),
    )
  })

  it('refuses shares that are no shares', () => {
    for (const shares of [[0, 0], [1, -1], [NaN, 1], []])
      expect(() => largestRemainder(5, shares)).toThrow(RangeError)
  })
})
