import { describe, expect, it } from 'vitest'
import { driftBetween } from '#contract/shapley/drift.ts'
import type { Contribution } from '#contract/shapley.ts'
import { stream, type Random } from '#worker/random.ts'

const players = Array.from({ length: 33 }, (_, i) => `player${i}`)

/** Means of `samples` normal numbers around `truth`, with the errors that they show. */
function valuation(truth: readonly number[], random: Random, samples = 20, spread = 0.1) {
  const contributions = players.map((id, i): Contribution => {
    const draws = Array.from({ length: samples }, () => truth[i] + spread * random.normal())
    const phi = draws.reduce((sum, x) => sum + x, 0) / samples
    const squares = draws.reduce((sum, x) => sum + (x - phi) ** 2, 0)
    const standardError = Math.sqrt(squares / (samples - 1) / samples)
    return { id, phi, standardError, low: 0, high: 0, samples }
  })
  return { contributions }
}

const still = players.map((_, i) => 0.01 * i)
const repetitions = 200

describe('drift between two valuations', () => {
  it('is not seen where only sampling moves φ: one in twenty players, and nothing in all', () => {
    const random = stream(1, 'still')
    let [drifted, drift, change, expected] = [0, 0, 0, 0]
    for (let k = 0; k < repetitions; k++) {
      const found = driftBetween(valuation(still, random), valuation(still, random))!
      drifted += found.players.filter((player) => player.drifted).length
      drift += found.drift / repetitions
      change += found.change / repetitions
      expected += found.expected / repetitions
    }
    const share = drifted / (repetitions * players.length)
    expect(share).toBeGreaterThan(0.04)
    expect(share).toBeLessThan(0.06)
    expect(change / expected).toBeCloseTo(1, 1)
    expect(drift).toBeLessThan(0.4 * expected)
  })

  it('is measured where the values have moved as well, whatever the sampling error is', () => {
    const random = stream(2, 'moved')
    const moved = still.map((phi, i) => phi + (i % 2 === 0 ? 0.05 : -0.05))
    for (const samples of [10, 40]) {
      let [drift, held] = [0, 0]
      for (let k = 0; k < repetitions; k++) {
        const found = driftBetween(valuation(still, random, samples), valuation(moved, random, samples))!
        drift += found.drift / repetitions
        held += found.players.filter(({ low, high }, i) => {
          const truth = moved[i] - still[i]
          return low <= truth && truth <= high
        }).length
      }
      expect(drift).toBeGreaterThan(0.045)
      expect(drift).toBeLessThan(0.055)
      const share = held / (repetitions * players.length)
      expect(share).toBeGreaterThan(0.94)
      expect(share).toBeLessThan(0.96)
    }
  })

  it('is all of the change where both valuations are exact', () => {
    const exact = (phis: readonly number[]) => ({
      contributions: phis.map((phi, i) => ({
        id: `p${i}`,
        phi,
        standardError: 0,
        low: phi,
        high: phi,
        samples: 8,
      })),
    })
    const found = driftBetween(exact([0.25, 0.5]), exact([0.25, 0.75]))!
    expect(found.players).toEqual([
      { id: 'p0', change: 0, expected: 0, low: 0, high: 0, drifted: false },
      { id: 'p1', change: 0.25, expected: 0, low: 0.25, high: 0.25, drifted: true },
    ])
    expect(found.drift).toBe(found.change)
  })

  it('is not sure of a change that is no more than what may have been unseen', () => {
    const one = (phi: number, unseen?: number) => ({
      contributions: [{ id: 'p', phi, standardError: 0, low: phi, high: phi, unseen, samples: 20 }],
    })
    const [sure] = driftBetween(one(0), one(1 / 64))!.players
    expect(sure.drifted).toBe(true)
    const [open] = driftBetween(one(0, 2 / 64), one(1 / 64))!.players
    expect(open).toMatchObject({ drifted: false, low: -1 / 64, high: 3 / 64 })
  })

  it('matches players by name, and leaves out those without an error or a counterpart', () => {
    const random = stream(3, 'match')
    const before = valuation(still, random)
    const later = { contributions: before.contributions.toReversed() }
    later.contributions[0] = { ...later.contributions[0], standardError: null, low: null, high: null }
    later.contributions[1] = { ...later.contributions[1], id: 'another' }
    const found = driftBetween(before, later)!
    expect(found.players.map(({ id }) => id)).toEqual(players.slice(0, 31).toReversed())
    expect(found.change).toBe(0)
    expect(driftBetween(before, { contributions: [] })).toBeNull()
  })
})
