import { readFileSync } from 'node:fs'
import { Coalition } from '#worker/shapley/coalition.ts'
import type { Game, Player } from '#worker/shapley/game.ts'

interface KnownGame {
  name: string
  n: number
  shapley: number[]
  /** v by mask: bit i is player i. */
  values: number[]
}

const fixture = new URL('../../fixtures/shapley-known-games.json', import.meta.url)

/** Games whose Shapley values are known. */
export const knownGames = JSON.parse(readFileSync(fixture, 'utf8')) as KnownGame[]

export function playersOf(n: number, of: (i: number) => Partial<Player> = () => ({})): Player[] {
  return Array.from({ length: n }, (_, i) => ({ id: `p${i}`, decision: 'all', group: 'normal', ...of(i) }))
}

/** The game with the value `values[mask]`, and every batch that it was asked for. */
export function tableGame(values: readonly number[], players = playersOf(Math.log2(values.length))) {
  const batches: string[][] = []
  const game: Game = {
    players,
    values: async (coalitions) => {
      batches.push(coalitions.map(({ key }) => key))
      return coalitions.map((coalition) => values[maskOf(coalition)])
    },
  }
  return { game, batches }
}

export const maskOf = (coalition: Coalition): number =>
  coalition.members().reduce((mask, i) => mask | (1 << i), 0)

/** φ and the standard deviation of one marginal contribution under a uniform permutation, by enumeration. */
export function enumerate(values: readonly number[]): { phi: number[]; deviation: number[] } {
  const n = Math.log2(values.length)
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))
  const moments = Array.from({ length: n }, (_, i) => {
    let first = 0
    let second = 0
    values.forEach((value, mask) => {
      if (mask & (1 << i)) return
      const size = mask.toString(2).replaceAll('0', '').length
      const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n)
      const delta = values[mask | (1 << i)] - value
      first += weight * delta
      second += weight * delta ** 2
    })
    return { phi: first, deviation: Math.sqrt(Math.max(0, second - first ** 2)) }
  })
  return { phi: moments.map(({ phi }) => phi), deviation: moments.map(({ deviation }) => deviation) }
}

/**
 * A supernet as a game of eight players, of whom is known what they are: five help, less where others help already;
 * `twins` do the same as each other, `useless` nothing, and `harmful` costs, most where it has most to spoil.
 */
export function syntheticGame() {
  const strengths = [0.45, 0.3, 0.2, 0.25, 0.25, 0.1, 0, 0]
  const values = Array.from({ length: 2 ** strengths.length }, (_, mask) => {
    const missed = strengths.reduce((rest, x, i) => rest * (mask & (1 << i) ? 1 - x : 1), 1)
    return 0.125 + 0.8 * (1 - missed) * (mask & (1 << 7) ? 0.7 : 1)
  })
  return { values, twins: [3, 4], useless: 6, harmful: 7 }
}

export const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0)
