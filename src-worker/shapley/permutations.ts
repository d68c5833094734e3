import { stream } from '../random.ts'
import { Coalition } from './coalition.ts'
import type { EstimateRequest } from './estimator.ts'
import type { MemoisedGame } from './memoise.ts'
import { DistinctCounter } from './sampling.ts'
import type { Sampler } from './sampling.ts'

/** One marginal contribution to be: the player joins `before`, which makes it `after`. */
interface Joining {
  player: number
  before: Coalition
  after: Coalition
}

interface Walks {
  /** m_i: the units that value player i. */
  budgets: readonly number[]
  /** The orders that unit t walks through; `[permutation]` when left out. */
  ordersOf?: (permutation: number[]) => number[][]
}

/**
 * Permutations that all players share (the grouped estimator of docs/method.md): in unit t the players join one after
 * the other, and those with m_i ≥ t are valued. φ̂_i is the mean of its own m_i values, so it is unbiased for any
 * budgets. (SM-ShapNAS, Eq. 8 to the letter scales values by 1/m of the player's group and would weigh sparse players
 * by a third.)
 *
 * Values are asked for at once, in the order unit, position; the game sees each coalition once.
 */
export function permutationSampler(
  game: MemoisedGame,
  { seed, epoch }: EstimateRequest,
  { budgets, ordersOf = (permutation) => [permutation] }: Walks,
): Sampler {
  const n = game.players.length
  const ends = [Coalition.empty(n), Coalition.full(n)]
  const perUnit = ordersOf([]).length
  const distinct = new DistinctCounter(ends)
  const marginals: number[][] = game.players.map(() => [])
  const most = mostAfter(budgets, perUnit)
  let drawn = 0

  async function drawUpTo(units: number): Promise<void> {
    const planned: Joining[][] = []
    for (let t = drawn + 1; t <= units; t++) {
      const orders = ordersOf(stream(seed, 'perm', epoch, t).permutation(n))
      planned.push(orders.flatMap((order) => joiningsOf(order, (player) => budgets[player] >= t)))
      distinct.addUnit(sides(planned.at(-1)!))
    }
    const joinings = planned.flat()
    const values = await game.values([...ends, ...sides(joinings)])
    const [empty, grand] = values
    let k = ends.length
    for (const unit of planned) {
      const sums = new Map<number, number>()
      for (const { player } of unit) {
        const delta = values[k + 1] - values[k]
        sums.set(player, (sums.get(player) ?? 0) + delta / perUnit)
        k += 2
      }
      for (const [player, value] of sums) marginals[player].push(value)
      if (sums.size === n) assertComplete([...sums.values()], ++drawn, grand - empty)
      else drawn++
    }
  }

  return {
    units: Math.max(...budgets),
    perUnit,
    most: (units) => most[units],
    drawUpTo,
    evaluations: distinct.after,
    samples: (units) => marginals.map((values, i) => values.slice(0, Math.min(budgets[i], units))),
  }
}

/** m = ⌊Σ budgets / players⌋, one at least: the same for everyone. */
export const equalBudget = ({ budgets }: EstimateRequest): number =>
  Math.floor(budgets.reduce((sum, m) => sum + m, 0) / budgets.length)

function joiningsOf(order: readonly number[], valued: (player: number) => boolean): Joining[] {
  const joinings: Joining[] = []
  let before = Coalition.empty(order.length)
  for (const player of order) {
    const after = before.with(player)
    if (valued(player)) joinings.push({ player, before, after })
    before = after
  }
  return joinings
}

const sides = (joinings: readonly Joining[]): Coalition[] =>
  joinings.flatMap(({ before, after }) => [before, after])

/** Evaluations after 0, 1, 2, … units: a walk meets n − 1 coalitions besides v(∅) and v(N), k valued players 2k. */
function mostAfter(budgets: readonly number[], walks: number): number[] {
  const most = [2]
  for (let t = 1; t <= Math.max(...budgets); t++) {
    const valued = budgets.filter((m) => m >= t).length
    most.push(most[t - 1] + walks * Math.min(budgets.length - 1, 2 * valued))
  }
  return most
}

/** The marginal contributions of a permutation in which all are valued telescope to v(N) − v(∅). */
function assertComplete(deltas: readonly number[], unit: number, total: number): void {
  const sum = deltas.reduce((partial, delta) => partial + delta, 0)
  const size = deltas.reduce((partial, delta) => partial + Math.abs(delta), Math.abs(total))
  if (Math.abs(sum - total) > 1e-9 * Math.max(size, 1))
    throw new Error(`permutation ${unit} sums to ${sum} instead of v(N) − v(∅) = ${total}`)
}
