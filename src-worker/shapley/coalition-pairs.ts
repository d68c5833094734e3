import type { Random } from '../random.ts'
import { stream } from '../random.ts'
import { Coalition } from './coalition.ts'
import { fitToZeroSum } from './constrained-fit.ts'
import type { Observation } from './constrained-fit.ts'
import type { EstimateRequest } from './estimator.ts'
import type { MemoisedGame } from './memoise.ts'
import { DistinctCounter } from './sampling.ts'
import type { Sampler } from './sampling.ts'

type Pair = readonly [Coalition, Coalition]

/**
 * Pairs (S, N∖S) whose sizes follow the Shapley kernel 1/(|S|(n − |S|)), for the fit of φ. The n pairs of one player and
 * all others are always there, with the kernel's share of their sizes, so that few draws suffice to tell players apart; what is
 * drawn has 2 to n − 2 players (so n ≥ 4). A pair is one equation, since v(∅) cancels in it:
 * ½(v(S) − v(N∖S)) = ½(Σ_{i∈S} φ_i − Σ_{i∉S} φ_i).
 */
export function pairSampler(
  game: MemoisedGame,
  { seed, epoch }: EstimateRequest,
  { units }: { units: number },
): Sampler {
  const n = game.players.length
  const ends = [Coalition.empty(n), Coalition.full(n)]
  const singles = game.players.map((_, i): Pair => pairOf(n, [i]))
  const distinct = new DistinctCounter([...ends, ...singles.flat()])
  const share = singlesShare(n)
  const pairs: Pair[] = []
  const differences: number[] = []
  let singleDifferences: number[] = []
  let total = NaN

  async function drawUpTo(upTo: number): Promise<void> {
    const fresh: Pair[] = []
    for (let t = pairs.length + 1; t <= upTo; t++)
      fresh.push(pairOf(n, drawMembers(n, stream(seed, 'pair', epoch, t))))
    const asked = [...singles, ...fresh]
    const [empty, grand, ...values] = await game.values([...ends, ...asked.flat()])
    total = grand - empty
    const found = asked.map((_, k) => values[2 * k] - values[2 * k + 1])
    singleDifferences = found.slice(0, n)
    fresh.forEach((pair, k) => {
      pairs.push(pair)
      differences.push(found[n + k])
      distinct.addUnit(pair)
    })
  }

  function samples(upTo: number): number[][] {
    const observe = ([coalition]: Pair, difference: number, weight: number): Observation => {
      const part = coalition.members().length / n
      const x = game.players.map((_, i) => (coalition.has(i) ? 1 : 0) - part)
      return { x, y: (difference - (2 * part - 1) * total) / 2, weight }
    }
    const { beta, influences } = fitToZeroSum([
      ...singles.map((pair, k) => observe(pair, singleDifferences[k], share / n)),
      ...pairs.slice(0, upTo).map((pair, k) => observe(pair, differences[k], (1 - share) / upTo)),
    ])
    return game.players.map((_, i) => {
      const drawn = influences.slice(n).map((influence) => (1 - share) * influence[i])
      const mean = drawn.reduce((sum, x) => sum + x, 0) / upTo
      return drawn.map((x) => total / n + beta[i] + x - mean)
    })
  }

  return {
    units,
    perUnit: 2,
    most: (upTo) => 2 + 2 * n + 2 * upTo,
    drawUpTo,
    evaluations: distinct.after,
    samples,
  }
}

const pairOf = (n: number, members: readonly number[]): Pair => {
  const outside = new Set(Array.from({ length: n }, (_, i) => i))
  for (const member of members) outside.delete(member)
  return [Coalition.of(n, members), Coalition.of(n, outside)]
}

/** The kernel's weight of all coalitions of one size: (n − 1)/(s(n − s)), but for a factor. */
const sizeWeight = (n: number, size: number): number => 1 / (size * (n - size))

function singlesShare(n: number): number {
  let all = 0
  for (let size = 1; size < n; size++) all += sizeWeight(n, size)
  return (2 * sizeWeight(n, 1)) / all
}

function drawMembers(n: number, random: Random): number[] {
  const sizes = Array.from({ length: n - 3 }, (_, k) => k + 2)
  const all = sizes.reduce((sum, size) => sum + sizeWeight(n, size), 0)
  let rest = random.next() * all
  const size = sizes.find((each) => (rest -= sizeWeight(n, each)) < 0) ?? n - 2
  return random.permutation(n).slice(0, size)
}
