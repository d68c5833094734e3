import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Coalition } from '#worker/shapley/coalition.ts'
import { describeCoalition } from '#worker/shapley/game.ts'
import { playersOf } from './games.ts'

const players = 83
const member = fc.nat(players - 1)

describe('Coalition', () => {
  it('holds the players that it was made of, whatever the order', () =>
    fc.assert(
      fc.property(fc.uniqueArray(member), (members) => {
        const grown = members.reduce((set, i) => set.with(i), Coalition.empty(players))
        expect(grown.members()).toEqual(members.toSorted((a, b) => a - b))
        expect(grown.key).toBe(Coalition.of(players, members.toReversed()).key)
      }),
    ))

  it('has the same key exactly when it has the same members', () =>
    fc.assert(
      fc.property(fc.uniqueArray(member), fc.uniqueArray(member), (a, b) => {
        const same = JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted())
        expect(Coalition.of(players, a).key === Coalition.of(players, b).key).toBe(same)
      }),
    ))

  it('does not change when another is made from it', () => {
    const pair = Coalition.of(players, [3, 70])
    const triple = pair.with(40)
    expect([pair.has(40), triple.has(40), triple.has(70)]).toEqual([false, true, true])
    expect(pair.members()).toEqual([3, 70])
    const single = triple.without(70).without(40)
    expect([single.members(), triple.has(70)]).toEqual([[3], true])
  })

  it('is full with all players in it', () => {
    expect(Coalition.full(64).members().length).toBe(64)
    expect(Coalition.full(64).key).toBe('ffffffffffffffff')
  })

  it('refuses players that the game does not have', () => {
    expect(() => Coalition.of(3, [3])).toThrow(RangeError)
    expect(() => Coalition.of(3, [-1])).toThrow(RangeError)
  })

  it('is named by its members or its absentees, and by its key where these are many', () => {
    const named = playersOf(40)
    expect(describeCoalition(named, Coalition.empty(40))).toBe('the empty coalition')
    expect(describeCoalition(named, Coalition.full(40))).toBe('the coalition of all players')
    const even = Coalition.of(
      40,
      named.flatMap((_, i) => (i % 2 === 0 ? [i] : [])),
    )
    expect(describeCoalition(named, even)).toContain(`p22, … (20; key ${even.key})`)
  })
})
