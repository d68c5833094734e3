import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperationName } from '#contract/genotype.ts'
import type { Contribution } from '#contract/shapley.ts'
import { studentT } from '#contract/statistics/student-t.ts'
import type { SupernetState } from '#worker/search/coalition-evaluator.ts'
import { estimate, type Estimator } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import type { Game } from '#worker/shapley/game.ts'
import { fewestCovered, measureBands } from '../../../bench/benchmarks/estimators/measure-bands.ts'
import {
  everyValue,
  planted,
  playerOf,
  searchPlanted,
  type PlantedSupernet,
} from '../../fixtures/planted-supernet.ts'
import { enumerate, tableGame } from '../shapley/games.ts'

const seeds = [1, 2, 3, 4, 5, 6, 7, 8]
const [twin, other] = planted.twins

const searched: PlantedSupernet[] = []
beforeAll(async () => {
  for (const seed of seeds) searched.push(await searchPlanted(seed))
})
afterAll(async () => {
  await Promise.all(searched.map((one) => one.release()))
})

const operationsOf = ({ epoch }: PlantedSupernet) =>
  epoch.shapley!.contributions.filter(({ id }) => id.includes('/op/'))
const findOf = (contributions: readonly Contribution[], operation: OperationName) =>
  contributions.find(({ id }) => id === playerOf(operation))!

const valueBy = (estimator: keyof typeof estimators, game: Game) =>
  estimate(estimators[estimator], game, { seed: 1, epoch: 0, budgets: game.players.map(() => 100) })

/** Mean of paired differences, and the half width of its 95 % band. */
function bandOf(differences: readonly number[]): { mean: number; half: number } {
  const degrees = differences.length - 1
  const mean = differences.reduce((sum, x) => sum + x, 0) / differences.length
  const variance = differences.reduce((sum, x) => sum + (x - mean) ** 2, 0) / degrees / differences.length
  return { mean, half: studentT(0.05, degrees) * Math.sqrt(variance) }
}

describe('in searches over a space with planted operations', () => {
  it('the harmful one comes out last of all operations, surely below zero', () => {
    const { mean, half } = bandOf(searched.map((one) => findOf(operationsOf(one), planted.harmful).phi))
    expect(mean + half).toBeLessThan(0)
    const surelyLast = searched.filter((one) => {
      const [last] = operationsOf(one).toSorted((a, b) => a.phi - b.phi)
      return last.id === playerOf(planted.harmful) && last.high! < 0
    })
    // a search may learn to see through the noise
    expect(surelyLast.length).toBeGreaterThanOrEqual(seeds.length - 1)
  })

  it('nothing at all is found in the useless one', () => {
    for (const one of searched)
      expect(findOf(operationsOf(one), planted.useless)).toMatchObject({ phi: 0, low: 0, high: 0 })
  })

  it('the useful ones are worth something: the twins surely, in the mean over the seeds', () => {
    for (const name of planted.twins) {
      const { mean, half } = bandOf(searched.map((one) => findOf(operationsOf(one), name).phi))
      expect(mean - half).toBeGreaterThan(0)
    }
  })

  it('twins that were trained apart are equal, in the mean over the seeds', () => {
    const { mean, half } = bandOf(
      searched.map((one) => {
        const found = operationsOf(one)
        return findOf(found, twin).phi - findOf(found, other).phi
      }),
    )
    expect(Math.abs(mean)).toBeLessThanOrEqual(half)
  })
})

describe('a search whose α moves', () => {
  /** Which operation is the strongest and which the weakest after the last epoch, and how good its architecture is. */
  async function outcome(seed: number, strategy: 'sm-shapnas' | 'noise') {
    const { epoch, release } = await searchPlanted(seed, strategy)
    await release()
    const shares = Object.entries(epoch.mixture).filter(([id]) => id.includes('/op/'))
    const [weakest, ...others] = shares.toSorted((one, next) => one[1] - next[1]).map(([id]) => id)
    return { strongest: others.at(-1)!, weakest, score: epoch.derivedScore }
  }

  it('along φ leaves the harmful operation last and takes a useful one; along noise of equal norm it does neither', async () => {
    const along = async (strategy: 'sm-shapnas' | 'noise') => {
      const found = []
      for (const seed of seeds) found.push(await outcome(seed, strategy))
      return found
    }
    const [phi, noise] = [await along('sm-shapnas'), await along('noise')]
    const harmful = playerOf(planted.harmful)
    const bad = new Set([harmful, playerOf(planted.useless)])
    expect(phi.map(({ weakest }) => weakest)).toEqual(seeds.map(() => harmful))
    expect(phi.filter(({ strongest }) => bad.has(strongest))).toEqual([])
    expect(noise.filter(({ weakest }) => weakest === harmful).length).toBeLessThan(seeds.length / 2)
    expect(noise.filter(({ strongest }) => bad.has(strongest)).length).toBeGreaterThan(0)
    const { mean, half } = bandOf(phi.map(({ score }, i) => score - noise[i].score))
    console.log(`validation score along φ less along noise: ${mean.toFixed(3)} ± ${half.toFixed(3)}`)
    expect(mean - half).toBeGreaterThan(0)
  })
})

describe('in the trained supernet', () => {
  it('twins of equal weights have φ equal to the last bit, and estimates whose bands hold no difference', async () => {
    for (const one of searched.slice(0, 3)) {
      const game = one.gameOf({ state: withEqualTwins(one), mixture: withEqualShares(one) })
      const { contributions } = await valueBy('exact', game)
      expect(findOf(contributions, twin).phi).toBe(findOf(contributions, other).phi)
      expect(findOf(contributions, twin).phi).not.toBe(0)
      const { marginals } = await valueBy('permutation', game)
      const [mine, its] = [twin, other].map((name) => marginals[indexOf(one, name)])
      const { mean, half } = bandOf(mine.map((x, t) => x - its[t]))
      expect(Math.abs(mean)).toBeLessThanOrEqual(half)
    }
  })

  it('an operation whose norm has learnt to let nothing through is worth exactly 0', async () => {
    const [one] = searched
    const parts = (name: string) =>
      name === `cell0/node0/${twin}/norm1/weight` || name.endsWith(`${twin}/norm1/bias`)
    const { contributions } = await valueBy('exact', one.gameOf({ state: withParameters(one, parts, 0) }))
    expect(findOf(contributions, twin).phi).toBe(0)
    expect(findOf(contributions, other).phi).not.toBe(0)
  })

  it('a choice without a share is worth exactly 0', async () => {
    const [one] = searched
    const mixture = one.mixture.map((share, i) => (i === indexOf(one, other) ? 0 : share))
    const { contributions } = await valueBy('exact', one.gameOf({ mixture }))
    expect(findOf(contributions, other).phi).toBe(0)
  })
})

const repetitions = 200

describe('over 200 repetitions on the trained supernet, whose φ is found by brute force,', () => {
  let values: readonly number[]
  beforeAll(async () => (values = await everyValue(searched[0].gameOf())))

  const measure = (estimator: Estimator, samples: number, tolerance?: number) =>
    measureBands(
      estimator,
      { values, shapley: enumerate(values).phi },
      { budgets: searched[0].players.map(() => samples), tolerance, repetitions },
    )
  const unbiased = Object.values(estimators).filter(({ exact, unbiased }) => unbiased && !exact)

  it.each(unbiased)('the 95 % bands of $name cover 95 %', async (estimator) => {
    const { players } = await measure(estimator, 200)
    const scattered = players.filter(({ claimed }) => claimed > 1e-9)
    expect(scattered.length).toBeGreaterThanOrEqual(players.length - 1)
    for (const { covered, bias, biasError } of players) {
      expect(covered).toBeGreaterThanOrEqual(fewestCovered(repetitions))
      expect(Math.abs(bias)).toBeLessThanOrEqual(4 * biasError + 1e-9)
    }
    const share = scattered.reduce((sum, { covered }) => sum + covered, 0) / scattered.length / repetitions
    expect(share).toBeGreaterThan(0.93)
    expect(share).toBeLessThan(0.97)
  })

  it('truncated says how much it leaves out, and is off by more than chance', async () => {
    const { players } = await measure(estimators.truncated, 60, 0.02)
    expect(players.some(({ bias, biasError }) => Math.abs(bias) > 5 * biasError)).toBe(true)
    const { bias } = await estimate(estimators.truncated, tableGame(values).game, {
      seed: 1,
      epoch: 0,
      budgets: searched[0].players.map(() => 400),
      tolerance: 0.02,
    })
    const most = Math.max(...players.map(({ bias }) => Math.abs(bias)))
    expect(bias!.seen).toBeGreaterThan(0.5 * most)
    expect(bias!.seen).toBeLessThan(2 * most)
  })

  it('kernel is off by far less than its own error', async () => {
    const { players, exact } = await measure(estimators.kernel, 16)
    expect(exact).toBe(false)
    for (const { bias, biasError, error } of players)
      expect(Math.abs(bias)).toBeLessThan(0.25 * error + 3 * biasError + 1e-9)
  })
})

const indexOf = ({ players }: PlantedSupernet, operation: OperationName): number =>
  players.findIndex(({ id }) => id === playerOf(operation))

const withEqualShares = (one: PlantedSupernet): number[] =>
  one.mixture.map((share, i) => (i === indexOf(one, other) ? one.mixture[indexOf(one, twin)] : share))

/** The second twin gets the weights and the statistics of the first. */
function withEqualTwins({ state, layout }: PlantedSupernet): SupernetState {
  const weights = state.weights.slice()
  const statistics = state.statistics.slice()
  const source = (name: string) => name.replace(`/${other}/`, `/${twin}/`)
  for (const { name, offset, shape } of layout.parameters.filter(({ name }) => name.includes(`/${other}/`))) {
    const from = layout.parameters.find((one) => one.name === source(name))!.offset
    weights.copyWithin(offset, from, from + shape.reduce((product, axis) => product * axis, 1))
  }
  for (const { name, offset, channels } of layout.statistics.filter(({ name }) =>
    name.includes(`/${other}/`),
  )) {
    const from = layout.statistics.find((one) => one.name === source(name))!.offset
    statistics.copyWithin(offset, from, from + 2 * channels)
  }
  return { ...state, weights, statistics }
}

function withParameters(
  { state, layout }: PlantedSupernet,
  isMeant: (name: string) => boolean,
  value: number,
): SupernetState {
  const weights = state.weights.slice()
  const meant = layout.parameters.filter(({ name }) => isMeant(name))
  expect(meant).toHaveLength(2)
  for (const { offset, shape } of meant)
    weights.fill(value, offset, offset + shape.reduce((product, axis) => product * axis, 1))
  return { ...state, weights }
}
