import { describe, expect, it } from 'vitest'
import { studentT } from '#contract/statistics/student-t.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { playersOf, syntheticGame, tableGame } from './games.ts'

const { values, twins, useless, harmful } = syntheticGame()
const n = Math.log2(values.length)

describe.each(Object.values(estimators))('among players whose worth is planted, $name', (estimator) => {
  const found = estimate(estimator, tableGame(values).game, {
    seed: 2,
    epoch: 0,
    budgets: playersOf(n).map(() => 24),
  })

  it('puts the harmful one last, surely below zero', async () => {
    const { contributions } = await found
    const order = contributions.toSorted((a, b) => a.phi - b.phi)
    expect(order[0].id).toBe(`p${harmful}`)
    expect(order[0].high).toBeLessThan(0)
  })

  it('finds nothing in the useless one', async () => {
    const { low, high } = (await found).contributions[useless]
    expect(low).toBeLessThanOrEqual(1e-12)
    expect(high).toBeGreaterThanOrEqual(-1e-12)
    expect(high! - low!).toBeLessThan(0.06)
  })

  it('holds the twins for equal, and both for helpful', async () => {
    const { contributions, marginals, exact } = await found
    const [one, other] = twins.map((i) => contributions[i])
    const differences = exact ? [] : marginals[twins[0]].map((x, t) => x - marginals[twins[1]][t])
    const mean = one.phi - other.phi
    const degrees = Math.max(1, differences.length - 1)
    const variance = differences.reduce((sum, x) => sum + (x - mean) ** 2, 0) / degrees / (degrees + 1)
    expect(Math.abs(mean)).toBeLessThanOrEqual(studentT(0.05, degrees) * Math.sqrt(variance) + 1e-12)
    for (const { low } of [one, other]) expect(low).toBeGreaterThan(0)
  })
})
