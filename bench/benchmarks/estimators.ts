import { parseArgs } from 'node:util'
import type { Estimator } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import { everyValue, searchPlanted } from '../../test/fixtures/planted-supernet.ts'
import { enumerate, knownGames, syntheticGame } from '../../test/src-worker/shapley/games.ts'
import { type Benchmark, countFrom } from '../benchmark.ts'
import { type Bands, fewestCovered, measureBands } from './estimators/measure-bands.ts'

interface KnownGame {
  name: string
  values: readonly number[]
  shapley: readonly number[]
}

interface Row extends Bands {
  estimator: string
  game: KnownGame
  unbiased: boolean
}

const enumerated = (name: string, values: readonly number[]): KnownGame => ({
  name,
  values,
  shapley: enumerate(values).phi,
})

/** Games with closed-form answers, a made-up supernet, and one that the product's own search has trained. */
async function knownAnswers(): Promise<KnownGame[]> {
  const trained = await searchPlanted(1)
  const values = await everyValue(trained.gameOf())
  await trained.release()
  return [
    ...knownGames,
    enumerated('synthetic supernet n=8', syntheticGame().values),
    enumerated(`trained supernet n=${trained.players.length}`, values),
  ]
}

export const estimatorBands: Benchmark = {
  name: 'estimators',
  about:
    'whether the 95 % bands of the estimators hold known Shapley values, and how far biased ones are off',
  usage: '[--repetitions 200] [--samples 240] [--tolerance 0.01]',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        repetitions: { type: 'string', default: '200' },
        samples: { type: 'string', default: '240' },
        tolerance: { type: 'string', default: '0.01' },
      },
    })
    const repetitions = countFrom('repetitions', values.repetitions)
    const samples = countFrom('samples', values.samples)
    const tolerance = Number(values.tolerance)
    if (!(tolerance >= 0)) throw new TypeError(`--tolerance ${values.tolerance} is no share of v(N) − v(∅)`)
    const games = await knownAnswers()
    const rows: Row[] = []
    for (const estimator of Object.values(estimators).filter(({ exact }) => !exact))
      for (const game of games) rows.push(await measure(estimator, game, { repetitions, samples, tolerance }))
    for (const row of rows) console.log(JSON.stringify(summarise(row, repetitions)))
    for (const [estimator, own] of Map.groupBy(rows, (row) => row.estimator))
      console.log(JSON.stringify({ estimator, ...coverageOf(own, repetitions) }))
    return verdictOf(rows, repetitions)
  },
}

/** Budgets are equal, but that `grouped` has half as many for every other player. `tolerance`: share of |v(N) − v(∅)|. */
async function measure(
  estimator: Estimator,
  game: KnownGame,
  options: { repetitions: number; samples: number; tolerance: number },
): Promise<Row> {
  const { repetitions, samples } = options
  const { values, shapley } = game
  const budgets = shapley.map((_, i) =>
    estimator === estimators.grouped && i % 2 === 1 ? Math.ceil(samples / 2) : samples,
  )
  const tolerance = options.tolerance * Math.abs(values.at(-1)! - values[0])
  const bands = await measureBands(estimator, { values, shapley }, { budgets, tolerance, repetitions })
  return { estimator: estimator.name, game, unbiased: estimator.unbiased, ...bands }
}

/** Bias and errors as shares of the largest |φ| of the game. */
function summarise(row: Row, repetitions: number) {
  const { estimator, game, players, evaluations, exact } = row
  const scale = Math.max(...game.shapley.map(Math.abs))
  const worst = players.toSorted((a, b) => Math.abs(b.bias) - Math.abs(a.bias))[0]
  const most = (key: 'error' | 'claimed') => Math.max(...players.map((player) => player[key])) / scale
  return {
    estimator,
    game: game.name,
    evaluations: Math.round(evaluations),
    exact,
    ...coverageOf([row], repetitions),
    bias: worst.bias / scale,
    biasError: worst.biasError / scale,
    error: most('error'),
    claimed: most('claimed'),
  }
}

/** Of players with a sampling error: their bands' claim is put to the test. */
const scatteredIn = (rows: readonly Row[]): Row['players'] =>
  rows.flatMap(({ players }) => players).filter(({ claimed }) => claimed > 1e-9)

/**
 * The share of repetitions in which bands hold φ: of the worst player and of all; Student's, those of the result, and those
 * with what it says may be unseen. How often it says so, and how many times as wide as Student's the bands are.
 */
function coverageOf(rows: readonly Row[], repetitions: number) {
  const players = scatteredIn(rows)
  if (players.length === 0) return null
  const shares = (key: 'coveredByStudent' | 'covered' | 'held' | 'marked') =>
    players.map((player) => player[key] / repetitions)
  const worstAndMean = (key: 'coveredByStudent' | 'covered' | 'held') =>
    [Math.min(...shares(key)), meanOf(shares(key))].map((share) => Number(share.toFixed(4)))
  return {
    student: worstAndMean('coveredByStudent'),
    covered: worstAndMean('covered'),
    held: worstAndMean('held'),
    marked: Number(meanOf(shares('marked')).toFixed(4)),
    wider: Number(meanOf(players.map(({ width, studentWidth }) => width / studentWidth)).toFixed(3)),
  }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function verdictOf(rows: readonly Row[], repetitions: number) {
  const scattered = scatteredIn(rows.filter(({ unbiased }) => unbiased))
  const fewest = Math.min(...scattered.map(({ held }) => held))
  const mean = meanOf(scattered.map(({ held }) => held)) / repetitions
  const bound = fewestCovered(repetitions)
  return {
    figure: `bands of the unbiased estimators, with what may be unseen, hold φ in ${(100 * mean).toFixed(1)} %, in ${fewest} of ${repetitions} repetitions at least (by chance not fewer than ${bound})`,
    met: fewest >= bound,
  }
}
