import { describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { fitToZeroSum, type Observation } from '#worker/shapley/constrained-fit.ts'
import { sum } from './games.ts'

const n = 5
const random = stream(3, 'fit')
const centred = (x: number[]) => x.map((value) => value - sum(x) / n)
const observations: Observation[] = Array.from({ length: 30 }, () => ({
  x: centred(Array.from({ length: n }, () => random.normal())),
  y: random.normal(),
  weight: 0.2 + random.next(),
}))
const loss = (beta: readonly number[]) =>
  sum(observations.map(({ x, y, weight }) => weight * (y - sum(x.map((value, i) => value * beta[i]))) ** 2))

describe('the fit of values that sum to 0', () => {
  it('sums to 0 and is the best of its neighbours', () => {
    const { beta } = fitToZeroSum(observations)
    expect(sum(beta)).toBeCloseTo(0, 12)
    for (let k = 0; k < 20; k++) {
      const step = centred(Array.from({ length: n }, () => 0.01 * random.normal()))
      expect(loss(beta.map((value, i) => value + step[i]))).toBeGreaterThan(loss(beta))
    }
  })

  it('knows what leaving out one observation would change', () => {
    const { beta, influences } = fitToZeroSum(observations)
    for (const k of [0, 7, 29]) {
      const without = fitToZeroSum(observations.filter((_, other) => other !== k)).beta
      without.forEach((value, i) =>
        expect(beta[i] - value).toBeCloseTo(observations[k].weight * influences[k][i], 10),
      )
    }
  })

  it('refuses observations that leave a direction open', () => {
    expect(() => fitToZeroSum(observations.slice(0, n - 2))).toThrow('tell all players apart')
  })
})
