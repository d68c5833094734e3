import { describe, expect, it } from 'vitest'
import { stream } from '#worker/random.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { knownGames, tableGame } from '../games.ts'

describe('early-truncation', () => {
  const request = { seed: 5, epoch: 0, budgets: [40, 40, 40, 40] }
  /** Four alike, each adding a quarter. */
  const quarters = Array.from({ length: 16 }, (_, mask) => mask.toString(2).replaceAll('0', '').length / 4)

  it('walks from everybody down to where the score has collapsed, and gives the rest nothing', async () => {
    const { game, batches } = tableGame(quarters)
    const found = await estimate(estimators['early-truncation'], game, { ...request, threshold: 0.75 })
    // 0.75 is no collapse, 0.5 is: two of four are valued in every permutation, and what is left is worth 0.5
    for (let t = 0; t < 40; t++) {
      const valued = found.marginals.map((samples) => samples[t])
      expect(valued.toSorted()).toEqual([0, 0, 0.25, 0.25])
    }
    expect(found.gap).toBeCloseTo(-0.5, 12)
    expect(found.bias).toMatchObject({ total: expect.closeTo(0.5, 12), walkedOn: 5 })
    expect(found.bias!.most).toBeLessThanOrEqual(0.5)
    expect(found.bias!.seen).toBeGreaterThan(0)
    expect(found.unbiased).toBe(false)
    expect(batches.flat().length).toBe(found.evaluations)
  })

  it('walks the 1st, 9th, 17th, … permutation to its end, so that few tell of the bias as well', async () => {
    const walkedOn = async (units: number) => {
      const { game } = tableGame(quarters)
      const budgets = request.budgets.map(() => units)
      return (await estimate(estimators['early-truncation'], game, { ...request, budgets })).bias!.walkedOn
    }
    expect([await walkedOn(2), await walkedOn(8), await walkedOn(9)]).toEqual([1, 1, 2])
  })

  it('loses nothing where one leaving brings everything down', async () => {
    const all = Array.from({ length: 16 }, (_, mask) => Number(mask === 15))
    const { game } = tableGame(all)
    const found = await estimate(estimators['early-truncation'], game, request)
    const first = (t: number) => stream(5, 'perm', 0, t + 1).permutation(4)[0]
    for (let t = 0; t < 40; t++)
      expect(found.marginals.map((samples) => samples[t])).toEqual([0, 1, 2, 3].map((i) => +(i === first(t))))
    expect(found.bias).toMatchObject({ total: 0, most: 0, seen: 0 })
  })

  it('shares out v(N) − v(∅) with threshold 0', async () => {
    const { values, shapley } = knownGames.find(({ name }) => name.startsWith('bankruptcy'))!
    const { game } = tableGame(values)
    const found = await estimate(estimators['early-truncation'], game, { ...request, threshold: 0 })
    expect(found.gap).toBeCloseTo(0, 10)
    expect(found.bias!.total).toBe(0)
    found.contributions.forEach(({ phi, standardError }, i) =>
      expect(Math.abs(phi - shapley[i])).toBeLessThan(5 * standardError! + 1e-9),
    )
  })
})
