import type { TruncationBias } from '#contract/shapley.ts'
import { stream } from '../random.ts'
import { Coalition } from './coalition.ts'
import type { EstimateRequest } from './estimator.ts'
import type { MemoisedGame } from './memoise.ts'
import { DistinctCounter } from './sampling.ts'
import type { Sampler } from './sampling.ts'

/** A permutation under way. */
interface Walk {
  order: readonly number[]
  /** It goes on behind its cut, to show what is left out there. */
  goesOn: boolean
  /** The coalitions after one, two, … players, and their values; behind the cut only where it goes on. */
  prefixes: Coalition[]
  values: number[]
  /** The players before the cut; all where there is none. */
  cut: number
}

/** One permutation in so many is walked to its end. */
const goingOn = 8

/**
 * Permutations that end where |v(N) − v(S)| < `tolerance`; the players that have not joined get 0. The 1st, 9th, 17th, …
 * is walked to its end all the same, for the bias; φ̂ does not read that. The walks of a call
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
      fresh.push({
        order: stream(seed, 'perm', epoch, t).permutation(n),
        goesOn: t % goingOn === 1,
        prefixes: [],
        values: [],
        cut: n,
      })
    let walking = fresh
    for (let position = 0; position < n; position++) {
      for (const walk of walking)
        if (Math.abs(grand - (walk.values.at(-1) ?? empty)) < tolerance)
          walk.cut = Math.min(walk.cut, position)
      walking = walking.filter(({ cut, goesOn }) => cut > position || goesOn)
      for (const { order, prefixes } of walking)
        prefixes.push((prefixes.at(-1) ?? ends[0]).with(order[position]))
      const values = await game.values(walking.map(({ prefixes }) => prefixes.at(-1)!))
      walking.forEach((walk, k) => walk.values.push(values[k]))
    }
    for (const walk of fresh) distinct.addUnit(walk.prefixes)
    walks.push(...fresh)
  }

  const deltas = ({ values }: Walk): number[] =>
    values.map((value, k) => value - (k === 0 ? empty : values[k - 1]))

  function samples(upTo: number): number[][] {
    const marginals = game.players.map(() => Array.from({ length: upTo }, () => 0))
    walks.slice(0, upTo).forEach((walk, t) => {
      const before = deltas(walk).slice(0, walk.cut)
      before.forEach((delta, k) => (marginals[walk.order[k]][t] = delta))
    })
    return marginals
  }

  function bias(upTo: number): TruncationBias {
    const drawn = walks.slice(0, upTo)
    const atCut = ({ values, cut }: Walk) => (cut === 0 ? empty : values[cut - 1])
    const total = drawn.reduce((sum, walk) => sum + grand - atCut(walk), 0) / upTo
    const shares = game.players.map(() => 0)
    for (const { order, cut } of drawn) for (const player of order.slice(cut)) shares[player] += 1 / upTo
    const on = drawn.filter(({ goesOn }) => goesOn)
    const missing = game.players.map(() => 0)
    for (const walk of on)
      deltas(walk).forEach((delta, k) => {
        if (k >= walk.cut) missing[walk.order[k]] += delta / on.length
      })
    const most = tolerance * Math.max(...shares)
    return { total, most, seen: Math.max(...missing.map(Math.abs)), walkedOn: on.length }
  }

  return {
    units,
    perUnit: 1,
    most: (upTo) => (walks.length > 0 ? distinct.after(walks.length) : 2) + (upTo - walks.length) * (n - 1),
    drawUpTo,
    evaluations: distinct.after,
    samples,
    bias,
  }
}
