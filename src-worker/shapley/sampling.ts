import type { Contribution } from '#contract/shapley.ts'
import { studentT } from '#contract/student-t.ts'
import { stream } from '../random.ts'
import { Coalition } from './coalition.ts'
import type { Outcome } from './estimator.ts'
import type { MemoisedGame } from './memoise.ts'

/** One marginal contribution to be: the player joins `before`, which makes it `after`. */
interface Joining {
  player: number
  before: Coalition
  after: Coalition
}

interface SamplingRequest {
  seed: number
  epoch: number
  /** m_i: the marginal contributions that player i gets. */
  budgets: readonly number[]
}

/**
 * Estimates from permutations that all players share (the grouped estimator of docs/method.md): in permutation t the
 * players join one after the other, and those with m_i ≥ t are valued. φ̂_i is the mean of its own m_i marginal
 * contributions, so it is unbiased for any budgets. (SM-ShapNAS, Eq. 8 to the letter scales values by 1/m of the
 * player's group and would weigh sparse players by a third.)
 *
 * All values are asked for at once, in the order permutation, position; the game sees each coalition once.
 */
export async function samplePermutations(game: MemoisedGame, request: SamplingRequest): Promise<Outcome> {
  const { players } = game
  const { budgets } = request
  const none = Coalition.empty(players.length)
  const all = Coalition.full(players.length)
  const joinings = planJoinings(players.length, request)
  const asked = [none, all, ...joinings.flatMap(({ before, after }) => [before, after])]
  const [empty, grand, ...values] = (await game.values(asked)) as [number, number, ...number[]]

  const marginals: number[][] = players.map(() => [])
  joinings.forEach(({ player }, k) => marginals[player].push(values[2 * k + 1] - values[2 * k]))
  assertComplete(marginals, Math.min(...budgets), grand - empty)
  const contributions = players.map(({ id }, i) => contributionFrom(id, marginals[i]))
  return { contributions, marginals, grand, empty }
}

function planJoinings(players: number, { seed, epoch, budgets }: SamplingRequest): Joining[] {
  const joinings: Joining[] = []
  for (let t = 1; t <= Math.max(...budgets); t++) {
    let before = Coalition.empty(players)
    for (const player of stream(seed, 'perm', epoch, t).permutation(players)) {
      const after = before.with(player)
      if (budgets[player] >= t) joinings.push({ player, before, after })
      before = after
    }
  }
  return joinings
}

/** The marginal contributions of a permutation in which all are valued telescope to v(N) − v(∅). */
function assertComplete(marginals: readonly number[][], complete: number, total: number): void {
  for (let t = 0; t < complete; t++) {
    const column = marginals.map((samples) => samples[t])
    const sum = column.reduce((partial, delta) => partial + delta, 0)
    const size = column.reduce((partial, delta) => partial + Math.abs(delta), Math.abs(total))
    if (Math.abs(sum - total) > 1e-9 * Math.max(size, 1))
      throw new Error(`permutation ${t + 1} sums to ${sum} instead of v(N) − v(∅) = ${total}`)
  }
}

function contributionFrom(id: string, marginals: readonly number[]): Contribution {
  const samples = marginals.length
  const { mean, standardError } = meanOf(marginals)
  if (standardError === null) return { id, phi: mean, standardError, low: null, high: null, samples }
  const halfBand = studentT(0.05, samples - 1) * standardError
  return { id, phi: mean, standardError, low: mean - halfBand, high: mean + halfBand, samples }
}

/** Mean and its standard error sd/√m with m − 1 in the variance; null for a single sample. */
function meanOf(samples: readonly number[]): { mean: number; standardError: number | null } {
  const m = samples.length
  const mean = samples.reduce((sum, x) => sum + x, 0) / m
  if (m < 2) return { mean, standardError: null }
  const squares = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (m - 1) / m) }
}
