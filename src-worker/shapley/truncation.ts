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
  /** The coalitions after one, two, … players joined or left, and their values; behind the cut only where it goes on. */
  reached: Coalition[]
  values: number[]
  /** The players before the cut; all where there is none. */
  cut: number
}

/** One permutation in so many is walked to its end. */
const goingOn = 8

interface Truncation {
  units: number
  /** Players join nobody one after the other, or leave everybody. */
  players: 'join' | 'leave'
  /** Whether a walk ends at a value v. */
  endsAt(v: number, ends: { empty: number; grand: number }): boolean
  /** The most that one player can be off by in a walk that left out `rest`; see `TruncationBias`. */
  mostBehind(rest: number): number
}

/**
 * Permutations that are cut where `endsAt` says; the players whose turn has not come get 0. The 1st, 9th, 17th, …
 * is walked to its end all the same, for the bias; φ̂ does not read that. The walks of a call
 * go side by side, one position at a time, since only values tell where each of them ends.
 */
export function truncatedSampler(
  game: MemoisedGame,
  { seed, epoch }: EstimateRequest,
  { units, players, endsAt, mostBehind }: Truncation,
): Sampler {
  const n = game.players.length
  const joining = players === 'join'
  const ends = [Coalition.empty(n), Coalition.full(n)]
  const start = joining ? ends[0] : ends[1]
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
        reached: [],
        values: [],
        cut: n,
      })
    let walking = fresh
    for (let position = 0; position < n; position++) {
      for (const walk of walking)
        if (endsAt(walk.values.at(-1) ?? first(), { empty, grand })) walk.cut = Math.min(walk.cut, position)
      walking = walking.filter(({ cut, goesOn }) => cut > position || goesOn)
      for (const { order, reached } of walking) {
        const before = reached.at(-1) ?? start
        reached.push(joining ? before.with(order[position]) : before.without(order[position]))
      }
      const values = await game.values(walking.map(({ reached }) => reached.at(-1)!))
      walking.forEach((walk, k) => walk.values.push(values[k]))
    }
    for (const walk of fresh) distinct.addUnit(walk.reached)
    walks.push(...fresh)
  }

  const first = () => (joining ? empty : grand)

  const deltas = ({ values }: Walk): number[] =>
    values.map((value, k) => (joining ? 1 : -1) * (value - (k === 0 ? first() : values[k - 1])))

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
    const rest = ({ values, cut }: Walk) => {
      const atCut = cut === 0 ? first() : values[cut - 1]
      return joining ? grand - atCut : atCut - empty
    }
    const total = drawn.reduce((sum, walk) => sum + rest(walk), 0) / upTo
    const offBy = game.players.map(() => 0)
    for (const walk of drawn)
      for (const player of walk.order.slice(walk.cut)) offBy[player] += mostBehind(rest(walk)) / upTo
    const on = drawn.filter(({ goesOn }) => goesOn)
    const missing = game.players.map(() => 0)
    for (const walk of on)
      deltas(walk).forEach((delta, k) => {
        if (k >= walk.cut) missing[walk.order[k]] += delta / on.length
      })
    return { total, most: Math.max(...offBy), seen: Math.max(...missing.map(Math.abs)), walkedOn: on.length }
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
