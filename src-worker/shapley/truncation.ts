import { stream } from '../random.ts'
import { Coalition } from './coalition.ts'
import type { EstimateRequest } from './estimator.ts'
import type { MemoisedGame } from './memoise.ts'
import { DistinctCounter } from './sampling.ts'
import type { Sampler } from './sampling.ts'

/** A permutation under way: what stands at its cut once it is over. */
interface Walk {
  order: readonly number[]
  /** The coalitions after one, two, … players. */
  prefixes: Coalition[]
  values: number[]
}

/**
 * Permutations that end where |v(N) − v(S)| < `tolerance`; the players that have not joined get 0. The walks of a call
 * go side by side, one position at a time, since only values tell where each of them ends.
 */
export function truncatedSampler(
  game: MemoisedGame,
  { seed, epoch }: EstimateRequest,
  { units, tolerance }: { units: number; tolerance: number },
): Sampler {
  const n = game.players.length
  const ends = [Coalition.empty(n), Coalition.full(n)]
  const distinct = new DistinctCounter(ends)
  const walks: Walk[] = []
  let [empty, grand] = [NaN, NaN]

  async function drawUpTo(upTo: number): Promise<void> {
    ;[empty, grand] = await game.values(ends)
    const fresh: Walk[] = []
    for (let t = walks.length + 1; t <= upTo; t++)
      fresh.push({ order: stream(seed, 'perm', epoch, t).permutation(n), prefixes: [], values: [] })
    let walking = fresh
    for (let position = 0; position < n; position++) {
      walking = walking.filter(({ values }) => Math.abs(grand - (values.at(-1) ?? empty)) >= tolerance)
      for (const { order, prefixes } of walking)
        prefixes.push((prefixes.at(-1) ?? ends[0]).with(order[position]))
      const values = await game.values(walking.map(({ prefixes }) => prefixes.at(-1)!))
      walking.forEach((walk, k) => walk.values.push(values[k]))
    }
    for (const walk of fresh) distinct.addUnit(walk.prefixes)
    walks.push(...fresh)
  }

  function samples(upTo: number): number[][] {
    const marginals = game.players.map(() => Array.from({ length: upTo }, () => 0))
    walks.slice(0, upTo).forEach(({ order, values }, t) => {
      values.forEach((value, k) => (marginals[order[k]][t] = value - (k === 0 ? empty : values[k - 1])))
    })
    return marginals
  }

  return {
    units,
    perUnit: 1,
    most: (upTo) => (walks.length > 0 ? distinct.after(walks.length) : 2) + (upTo - walks.length) * (n - 1),
    drawUpTo,
    evaluations: distinct.after,
    samples,
    bias: (upTo) => {
      const cut = walks.slice(0, upTo)
      const total = cut.reduce((sum, { values }) => sum + grand - (values.at(-1) ?? empty), 0) / upTo
      const left = game.players.map(() => 0)
      for (const { order, values } of cut) for (const player of order.slice(values.length)) left[player]++
      return { total, most: (tolerance * Math.max(...left)) / upTo }
    },
  }
}
