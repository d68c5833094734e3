import { afterEach, describe, expect, it, vi } from 'vitest'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import type { Game } from '#worker/shapley/game.ts'
import { memoise } from '#worker/shapley/memoise.ts'
import { playersOf, syntheticGame, tableGame } from './games.ts'

const { values } = syntheticGame()
const n = Math.log2(values.length)
const ample = { seed: 4, epoch: 0, budgets: playersOf(n).map(() => 400) }
const sampling = Object.values(estimators).filter(({ exact }) => !exact)
/** Of so few that `kernel` does not enumerate them. */
const modest = { ...ample, budgets: playersOf(n).map(() => 20) }

afterEach(() => void vi.restoreAllMocks())

describe.each(sampling)('$name', (estimator) => {
  it('says that its budgets ended it', async () => {
    const result = await estimate(estimator, tableGame(values).game, modest)
    expect(result).toMatchObject({ stopped: 'budget', exact: false, unbiased: estimator.unbiased })
  })

  it('pays no more evaluations than the rule allows, and more than half of them', async () => {
    for (const evaluations of [60, 100, 157]) {
      const result = await estimate(estimator, tableGame(values).game, { ...ample, stop: { evaluations } })
      expect(result.stopped).toBe('evaluations')
      expect(result.evaluations).toBeLessThanOrEqual(evaluations)
      expect(result.evaluations).toBeGreaterThan(0.5 * evaluations)
    }
  })

  it('draws two units whatever the rules, since one alone has no standard error', async () => {
    const stop = { evaluations: 1, seconds: 0 }
    const { contributions, marginals } = await estimate(estimator, tableGame(values).game, {
      ...modest,
      stop,
    })
    expect(Math.min(...marginals.map(({ length }) => length))).toBe(2)
    expect(contributions.every(({ standardError }) => standardError !== null)).toBe(true)
  })

  it('stops when its seconds are over, and says so', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const { game } = tableGame(values)
    const slow: Game = {
      ...game,
      values: (coalitions) => {
        now += 100 * coalitions.length
        return game.values(coalitions)
      },
    }
    const whole = await estimate(estimator, game, modest)
    const result = await estimate(estimator, slow, { ...modest, stop: { seconds: 6 } })
    expect(result).toMatchObject({ stopped: 'seconds', unbiased: estimator.unbiased })
    expect(now).toBeGreaterThanOrEqual(6000)
    expect(result.evaluations).toBeLessThan(whole.evaluations)
  })

  it('stops once every standard error is small enough, which is no longer unbiased', async () => {
    const least = await estimate(estimator, tableGame(values).game, modest)
    const target = 1.1 * Math.max(...least.contributions.map(({ standardError }) => standardError!))
    const request = { ...ample, stop: { standardError: target, evaluations: 255 } }
    const result = await estimate(estimator, tableGame(values).game, request)
    expect(result).toMatchObject({ stopped: 'standard-error', unbiased: false })
    const { contributions, marginals } = result
    expect(Math.max(...contributions.map(({ standardError }) => standardError!))).toBeLessThanOrEqual(target)
    expect(Math.log2(marginals[0].length) % 1).toBe(0)
    expect(result.evaluations).toBeLessThan(255)
    const batched = await estimate(estimator, tableGame(values).game, { ...request, batchSize: 5 })
    expect(batched).toEqual(result)
  })

  it('is not ended by standard errors of zero that nobody asked for', async () => {
    const players = playersOf(12)
    const constant: Game = { players, values: (coalitions) => Promise.resolve(coalitions.map(() => 0.5)) }
    const request = { seed: 4, epoch: 0, budgets: players.map(() => 20), stop: { seconds: 1e6 } }
    expect(await estimate(estimator, constant, request)).toMatchObject({ stopped: 'budget' })
  })

  it('traces φ and its error as evaluations double, ending with the result', async () => {
    const result = await estimate(estimator, tableGame(values).game, modest)
    const trace = result.trace!
    const spent = trace.map(({ evaluations }) => evaluations)
    expect(spent.at(-1)).toBe(result.evaluations)
    const doublings = spent.map((evaluations) => Math.floor(Math.log2(evaluations)))
    expect(new Set(doublings.slice(0, -1)).size).toBe(trace.length - 1)
    expect(trace.length).toBeGreaterThan(2)
    const { phi, standardError } = trace.at(-1)!
    expect(phi).toEqual(result.contributions.map((found) => found.phi))
    expect(standardError).toEqual(result.contributions.map((found) => found.standardError))
  })

  it('finds on the way what it would have found with that much', async () => {
    const { game } = tableGame(values)
    const { trace } = await estimate(estimator, game, modest)
    const { evaluations } = trace![trace!.length - 2]
    const found: number[] = []
    for (let limit = evaluations; limit < evaluations + 64; limit++) {
      const short = await estimate(estimator, game, { ...modest, stop: { evaluations: limit } })
      if (short.evaluations === evaluations) found.push(...short.contributions.map(({ phi }) => phi))
    }
    expect(found.slice(0, n)).toEqual(trace![trace!.length - 2].phi)
  })

  it('tells how much is planned while it goes round by round', async () => {
    const seen: [number, number][] = []
    const onProgress = (evaluated: number, planned: number) => void seen.push([evaluated, planned])
    await estimate(estimator, tableGame(values).game, {
      ...modest,
      stop: { seconds: 60 },
      batchSize: 8,
      onProgress,
    })
    expect(seen[0][1]).toBeGreaterThan(seen.at(-1)![0] - 1)
    expect(seen.every(([evaluated, planned]) => evaluated <= planned)).toBe(true)
  })
})

it('draws as many permutations under a limit whatever the permutations are', async () => {
  const lengths = new Set<number>()
  for (let seed = 0; seed < 40; seed++) {
    const { marginals } = await estimate(estimators.permutation, memoise(tableGame(values).game), {
      ...ample,
      seed,
      stop: { evaluations: 100 },
    })
    lengths.add(marginals[0].length)
  }
  expect([...lengths]).toEqual([Math.floor(98 / (n - 1))])
})

it('goes on while players of whom nothing was seen may be worth more than the error allows', async () => {
  const players = playersOf(20)
  const game: Game = {
    players,
    values: async (coalitions) => coalitions.map((all) => (all.members().length === players.length ? 1 : 0)),
  }
  const estimateWith = (seed: number, most: number, standardError?: number) =>
    estimate(estimators.permutation, game, {
      seed,
      epoch: 0,
      budgets: players.map(() => most),
      stop: { standardError },
    })
  const target = 0.14
  let alike = 0
  for (let seed = 0; seed < 20; seed++) {
    const { contributions } = await estimateWith(seed, 8)
    if (contributions.some(({ standardError }) => standardError! > target)) continue
    alike++
    const { marginals, stopped } = await estimateWith(seed, 64, target)
    expect(marginals[0]).toHaveLength(16)
    expect(stopped).toBe('standard-error')
  }
  expect(alike).toBeGreaterThan(0)
})
