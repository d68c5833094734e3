import { describe, expect, it } from 'vitest'
import { estimate, type Estimator } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { enumerate, knownGames, sum, tableGame } from './games.ts'

const unequal = (n: number, scale = 1) => Array.from({ length: n }, (_, i) => scale * (i % 3 === 0 ? 60 : 20))

const table = Object.values(estimators)
const cutting = new Set<Estimator>([estimators.truncated, estimators['early-truncation']])
const estimateKnown = (estimator: Estimator, { n, values }: (typeof knownGames)[number]) =>
  estimate(estimator, tableGame(values).game, { seed: 7, epoch: 0, budgets: unequal(n, 5) })

describe.each(table.filter(({ exact }) => exact))('$name is exact', (estimator) => {
  it.each(knownGames)('in the game $name', async (known) => {
    const { contributions } = await estimateKnown(estimator, known)
    contributions.forEach(({ phi }, i) => expect(phi).toBeCloseTo(known.shapley[i], 10))
  })
})

describe.each(table.filter(({ unbiased }) => unbiased))('$name is unbiased', (estimator) => {
  it.each(knownGames)('in the game $name', async (known) => {
    const { contributions, marginals } = await estimateKnown(estimator, known)
    const { deviation } = enumerate(known.values)
    contributions.forEach(({ phi }, i) => {
      const tolerance = (5 * deviation[i]) / Math.sqrt(marginals[i]?.length ?? Infinity) + 1e-9
      expect(Math.abs(phi - known.shapley[i])).toBeLessThanOrEqual(tolerance)
    })
  })
})

describe.each(table.filter(({ efficient }) => efficient))('$name is efficient', (estimator) => {
  it.each(knownGames)('in the game $name', async (known) => {
    const { contributions, gap } = await estimateKnown(estimator, known)
    const total = sum(contributions.map(({ phi }) => phi))
    expect(total).toBeCloseTo(known.values.at(-1)! - known.values[0], 10)
    expect(gap).toBeCloseTo(0, 10)
  })
})

describe.each(table)('$name', (estimator) => {
  it('says where its result comes from and who the players are', async () => {
    const { game } = tableGame(knownGames[0].values)
    const result = await estimate(estimator, game, { seed: 7, epoch: 0, budgets: unequal(4) })
    expect(result.contributions.map(({ id }) => id)).toEqual(['p0', 'p1', 'p2', 'p3'])
    // So few players are enumerated by `kernel`, which says so.
    const exact = estimator.exact || estimator === estimators.kernel
    expect(result).toMatchObject({ estimator: estimator.name, exact, grand: 18, empty: 0 })
    expect(result.stopped).toBe(exact ? 'enumerated' : 'budget')
    const total = sum(result.contributions.map(({ phi }) => phi))
    expect(result.gap).toBeCloseTo(total - 18, 12)
  })

  it('evaluates each coalition once and counts what it paid', async () => {
    const { game, batches } = tableGame(knownGames.find(({ n }) => n === 8)!.values)
    const result = await estimate(estimator, game, { seed: 3, epoch: 0, budgets: unequal(8), batchSize: 7 })
    const asked = batches.flat()
    expect(new Set(asked).size).toBe(asked.length)
    expect(result.evaluations).toBe(asked.length)
    expect(result.requests).toBeGreaterThanOrEqual(result.evaluations)
    // Only values tell these what to ask next.
    const full = cutting.has(estimator) ? batches.every(({ length }) => length <= 7) : null
    expect(full ?? batches.slice(0, -1).every(({ length }) => length === 7)).toBe(true)
  })

  it('asks the same coalitions in the same order and finds the same values again', async () => {
    const request = { seed: 3, epoch: 2, budgets: unequal(6) }
    const [first, second] = [tableGame(knownGames[3].values), tableGame(knownGames[3].values)]
    const result = await estimate(estimator, first.game, request)
    expect(await estimate(estimator, second.game, request)).toEqual(result)
    expect(second.batches).toEqual(first.batches)
  })

  it('does not depend on the batch size', async () => {
    const { game } = tableGame(knownGames[3].values)
    const request = { seed: 3, epoch: 2, budgets: unequal(6) }
    const whole = await estimate(estimator, game, { ...request, batchSize: 10_000 })
    expect(await estimate(estimator, game, { ...request, batchSize: 1 })).toEqual(whole)
  })

  it('fails with the name of the coalition whose value is not a number', async () => {
    const values = knownGames[1].values.slice()
    values[0b101] = NaN
    const { game } = tableGame(values)
    await expect(
      estimate(estimator, game, { seed: 1, epoch: 0, budgets: [20, 20, 20] }),
    ).rejects.toMatchObject({
      code: 'evaluation-failed',
      where: 'the coalition of all but p1',
      detail: 'its value is NaN',
    })
  })

  it('gives a player who adds nothing exactly nothing, and one who always adds the same exactly that', async () => {
    const values = Array.from({ length: 16 }, (_, mask) => (mask & 2 ? 0.25 : 0) + (mask & 12 ? 1 : 0))
    const { game } = tableGame(values)
    const request = { seed: 9, epoch: 1, budgets: unequal(4), threshold: 0 }
    const { contributions } = await estimate(estimator, game, request)
    expect(contributions[0]).toMatchObject({ phi: 0, standardError: 0, low: 0, high: 0 })
    expect(contributions[1].phi).toBeCloseTo(0.25, 12)
  })

  it('refuses budgets that do not fit the players', async () => {
    const { game } = tableGame([0, 1, 2, 3])
    for (const budgets of [[2], [2, 0], [2, 2.5], [2, 2, 2]])
      await expect(estimate(estimator, game, { seed: 1, epoch: 0, budgets })).rejects.toMatchObject({
        code: 'bad-configuration',
      })
  })
})
