import { describe, expect, it } from 'vitest'
import { Problem } from '#contract/problem.ts'
import { byFirstPlayers, Coalition } from '#worker/shapley/coalition.ts'
import type { Game } from '#worker/shapley/game.ts'
import { memoise } from '#worker/shapley/memoise.ts'
import { maskOf, playersOf, tableGame } from './games.ts'

const values = Array.from({ length: 16 }, (_, mask) => mask / 10)
const of = (...members: number[]) => Coalition.of(4, members)

describe('memoise', () => {
  it('answers in the order asked, repeats included', async () => {
    const game = memoise(tableGame(values).game)
    expect(await game.values([of(1), of(0), of(1), of()])).toEqual([0.2, 0.1, 0.2, 0])
    expect([game.requests, game.evaluations]).toEqual([4, 3])
  })

  it('evaluates each coalition once, also when asked twice at the same time', async () => {
    const { game, batches } = tableGame(values)
    const memoised = memoise(game)
    const answers = await Promise.all([
      memoised.values([of(0), of(1)]),
      memoised.values([of(1), of(2)]),
      memoised.values([of(0), of(0)]),
    ])
    expect(answers).toEqual([
      [0.1, 0.2],
      [0.2, 0.4],
      [0.1, 0.1],
    ])
    expect(batches).toEqual([[of(0).key, of(1).key], [of(2).key]])
    await memoised.values([of(2), of(1)])
    expect(batches.length).toBe(2)
  })

  it('hands new coalitions over in batches, in the order of their first request', async () => {
    const { game, batches } = tableGame(values)
    await memoise(game, { batchSize: 2 }).values([of(3), of(1), of(3), of(2), of(0), of()])
    expect(batches).toEqual([[of(3).key, of(1).key], [of(2).key, of(0).key], [of().key]])
  })

  it('hands them over in the order of the game where it has one', async () => {
    const { game, batches } = tableGame(values)
    const asked = [of(3), of(1), of(0, 1), of(), of(0)]
    const answers = await memoise({ ...game, compare: byFirstPlayers }, { batchSize: 3 }).values(asked)
    expect(batches).toEqual([
      [of().key, of(3).key, of(1).key],
      [of(0).key, of(0, 1).key],
    ])
    expect(answers).toEqual([0.8, 0.2, 0.3, 0, 0.1])
  })

  it.each([NaN, Infinity, undefined])('names the coalition whose value is %s', async (value) => {
    const broken = values.slice() as (number | undefined)[]
    broken[0b0110] = value
    const { game } = tableGame(broken as number[])
    await expect(memoise(game).values([of(0), of(1, 2), of(3)])).rejects.toMatchObject({
      code: 'evaluation-failed',
      where: 'the coalition of p1, p2',
    })
  })

  it('says which coalitions were being evaluated when the game fails, and keeps the cause', async () => {
    const cause = new Error('the engine failed')
    const game: Game = { players: playersOf(4), values: () => Promise.reject(cause) }
    await expect(memoise(game).values([of(0, 1, 2), of()])).rejects.toMatchObject({
      code: 'evaluation-failed',
      where: 'the coalition of all but p3 or one of 1 evaluated with it',
      detail: 'the engine failed',
      cause,
    })
  })

  it('lets a cancellation through as it is', async () => {
    const abort = new DOMException('cancelled', 'AbortError')
    const game: Game = { players: playersOf(4), values: () => Promise.reject(abort) }
    await expect(memoise(game).values([of()])).rejects.toBe(abort)
  })

  it.each([
    new Problem('out-of-memory', 'cell 0', 'bad_alloc'),
    new RangeError('Array buffer allocation failed'),
  ])('lets a want of memory through as it is, for no coalition is to blame: %s', async (want) => {
    const game: Game = { players: playersOf(4), values: () => Promise.reject(want) }
    await expect(memoise(game).values([of()])).rejects.toBe(want)
  })

  it('asks again for what failed, but not for what succeeded before', async () => {
    const asked: number[] = []
    let working = false
    const game: Game = {
      players: playersOf(4),
      values: async (coalitions) => {
        asked.push(...coalitions.map(maskOf))
        if (!working && coalitions.some((coalition) => coalition.has(1))) throw new Error('not now')
        return coalitions.map((coalition) => values[maskOf(coalition)])
      },
    }
    const memoised = memoise(game, { batchSize: 1 })
    const both = [memoised.values([of(0), of(1)]), memoised.values([of(1)])]
    for (const answer of await Promise.allSettled(both)) expect(answer.status).toBe('rejected')
    working = true
    expect(await memoised.values([of(0), of(1)])).toEqual([0.1, 0.2])
    expect(asked).toEqual([1, 2, 2])
  })
})
