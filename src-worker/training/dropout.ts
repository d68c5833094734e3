import { stream } from '../random.ts'
import type { Layout } from './layout.ts'

/** Masks of one rate: values 0 and 1, from which every dropout takes a slice at a random offset. */
export interface MaskPool {
  readonly rate: number
  readonly values: Float32Array
}

const smallestPool = 2 ** 20

/** A pool for every rate of a network, at least twice as long as the longest slice taken from it. */
export function maskPools(dropouts: Layout['dropouts'], seed: number): MaskPool[] {
  const rates = [...new Set(dropouts.map(({ rate }) => rate))]
  return rates.map((rate) => {
    const longest = Math.max(...dropouts.filter((dropout) => dropout.rate === rate).map(({ count }) => count))
    const random = stream(seed, 'dropout-pool', rate)
    const values = new Float32Array(Math.max(smallestPool, 2 * longest))
    for (let i = 0; i < values.length; i++) values[i] = random.next() < rate ? 0 : 1
    return { rate, values }
  })
}

/** Where the dropouts of one step begin in their pools; a function of seed and step alone. */
export function maskOffsets(
  dropouts: Layout['dropouts'],
  pools: readonly MaskPool[],
  seed: number,
  step: number,
): number[] {
  const random = stream(seed, 'dropout', step)
  return dropouts.map(({ count, rate }) => {
    const pool = pools.find((candidate) => candidate.rate === rate)!
    return random.integer(pool.values.length - count + 1)
  })
}
