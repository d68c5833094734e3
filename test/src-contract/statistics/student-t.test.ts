import { expect, it } from 'vitest'
import { studentT } from '#contract/statistics/student-t.ts'

// Two-sided critical values of published tables.
it.each([
  [0.05, 1, 12.706204736],
  [0.05, 2, 4.30265273],
  [0.05, 4, 2.776445105],
  [0.05, 19, 2.093024054],
  [0.05, 59, 2.000995378],
  [0.05, 1e6, 1.959966],
  [0.5, 1, 1],
  [0.01, 10, 3.169272673],
  [0.001, 5, 6.868826626],
  [1e-5, 3, 60.396824],
])('P(|T| > t) = %d with %d degrees of freedom at t = %d', (tail, degrees, t) => {
  expect(studentT(tail, degrees) / t).toBeCloseTo(1, 6)
})

it('is exact where the distribution has a closed form: one and two degrees of freedom', () => {
  for (const tail of [0.9, 0.2, 0.01, 1e-4]) {
    expect(studentT(tail, 1) * Math.tan((Math.PI * tail) / 2)).toBeCloseTo(1, 9)
    const p = 1 - tail / 2
    expect(studentT(tail, 2) / ((2 * p - 1) / Math.sqrt(2 * p * (1 - p)))).toBeCloseTo(1, 9)
  }
})

it('refuses a tail or degrees that have no quantile', () => {
  expect(() => studentT(0, 5)).toThrow(RangeError)
  expect(() => studentT(0.05, 0)).toThrow(RangeError)
})
