import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Contribution, ShapleyResult } from '#contract/shapley.ts'
import { studentT } from '#contract/statistics/student-t.ts'
import { predictChange } from '#contract/what-if/predicted-change.ts'

const at = (id: string, phi: number, standardError: number | null, samples = 20): Contribution => ({
  id: `cell0/node0/op/${id}`,
  phi,
  standardError,
  low: null,
  high: null,
  samples,
})
const estimated = (contributions: Contribution[], orders?: ShapleyResult['orders']) => ({
  exact: false,
  contributions,
  orders,
})
const swap = { decision: 'cell0/node0/op', from: 'sum', to: 'glu' }
const order = (first: string, second: string, difference: number, standardError: number | null) => ({
  decision: 'cell0/node0/op',
  first: `cell0/node0/op/${first}`,
  second: `cell0/node0/op/${second}`,
  difference,
  standardError,
  settled: false,
})

it('is the difference of φ, with errors added as if sampled apart', () => {
  const found = predictChange(estimated([at('sum', 0.01, 0.003), at('glu', 0.03, 0.004, 60)]), swap)!
  expect(found.errors).toBe('independent')
  expect(found.change).toBeCloseTo(0.02)
  expect(found.standardError).toBeCloseTo(0.005)
  expect(found.high! - found.change).toBeCloseTo(studentT(0.05, 19) * 0.005)
})

it('takes the paired error where this pair was compared, whichever of both leads', () => {
  const contributions = [at('sum', 0.05, 0.003), at('glu', 0.03, 0.004)]
  for (const orders of [[order('sum', 'glu', 0.02, 0.001)], [order('glu', 'sum', -0.02, 0.001)]]) {
    const found = predictChange(estimated(contributions, orders), swap)!
    expect(found).toMatchObject({ errors: 'paired', standardError: 0.001 })
    expect(found.change).toBeCloseTo(-0.02)
  }
  const others = [order('sum', 'concat', 0.02, 0.001)]
  expect(predictChange(estimated(contributions, others), swap)!.errors).toBe('independent')
})

it('reaches as far as what either φ may not have seen', () => {
  const unseen = [
    { ...at('sum', 0, 0), unseen: 3 / 64 },
    { ...at('glu', 1 / 64, 0), unseen: 4 / 64 },
  ]
  expect(predictChange(estimated(unseen), swap)).toMatchObject({ change: 1 / 64, low: -4 / 64, high: 6 / 64 })
})

it('has no error where φ is exact, and no band where an error is unknown', () => {
  const exact = { ...estimated([at('sum', 0.01, 0), at('glu', 0.03, 0)]), exact: true }
  expect(predictChange(exact, swap)).toMatchObject({ errors: 'exact', standardError: 0 })
  const unknown = predictChange(estimated([at('sum', 0.01, null), at('glu', 0.03, 0.1)]), swap)!
  expect(unknown).toMatchObject({ standardError: null, low: null, high: null })
})

it('is nothing for a player that was not valued', () => {
  expect(predictChange(estimated([at('sum', 0.01, 0.1)]), swap)).toBeNull()
})

it('there and back add up to nothing, and any detour to the direct way', () => {
  const value = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(value, value, value, (a, b, c) => {
      const known = estimated([at('sum', a, 0.1), at('glu', b, 0.1), at('concat', c, 0.1)])
      const change = (from: string, to: string) => predictChange(known, { ...swap, from, to })!.change
      expect(change('sum', 'glu') + change('glu', 'sum')).toBeCloseTo(0)
      expect(change('sum', 'glu') + change('glu', 'concat')).toBeCloseTo(change('sum', 'concat'))
    }),
  )
})
