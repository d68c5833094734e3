import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metricNames, parseRunConfig } from '#contract/config.ts'
import { taskNames } from '#contract/dataset.ts'
import { stream } from '#worker/random.ts'
import { Coalition } from '#worker/shapley/coalition.ts'
import { estimate } from '#worker/shapley/estimator.ts'
import { estimators } from '#worker/shapley/estimators/index.ts'
import type { Game } from '#worker/shapley/game.ts'
import { withStatistics } from '#worker/search/batch-statistics-evaluator.ts'
import { CoalitionEvaluator, type SupernetState } from '#worker/search/coalition-evaluator.ts'
import { inferenceExtra } from '#worker/search/dictionary-extra.ts'
import { supernetGame } from '#worker/search/supernet-game.ts'
import { maskMixture, playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import { initialise } from '#worker/training/layout.ts'
import { metrics } from '#worker/training/metrics/index.ts'
import type { Values } from '#worker/training/network.ts'
import { Predictor } from '#worker/training/predictor.ts'
import { fewestCovered, measureBands } from '../../../bench/benchmarks/estimators/measure-bands.ts'

const unbiased = Object.values(estimators).filter(({ exact, unbiased }) => unbiased && !exact)
const classes = 3
const count = 20
const features = [
  { id: 'a.0', channels: 3 },
  { id: 'b.0', channels: 5 },
]
const space = createSpace(
  parseRunConfig(
    {
      dataset: { kind: 'emoji8' },
      space: { cells: 1, channels: 4, length: 4, operations: ['sum', 'glu', 'sparse_glu'] },
    },
    'test',
  ).space,
  features,
)
const players = playersOf(space)
const network = supernet(space, classes)
const random = stream(11, 'game')
const inputs: Values = Object.fromEntries(
  features.map(({ id, channels }) => [
    id,
    Float32Array.from({ length: count * space.config.length * channels }, () => random.normal()),
  ]),
)
const labels = Array.from({ length: count }, () => random.integer(classes))
const mixture = players.map(() => 0.2 + random.next())
const coalitions = Array.from({ length: 12 }, () =>
  Coalition.of(
    players.length,
    players.flatMap((_, i) => (random.next() < 0.6 ? [i] : [])),
  ),
)

let predictor: Predictor
let state: SupernetState
const evaluators: CoalitionEvaluator[] = []

beforeAll(async () => {
  predictor = await Predictor.create(network, { batchSize: 10 })
  const weights = initialise(predictor.layout.parameters, stream(5, 'weights'))
  const extra = inferenceExtra(network.dictionaries, predictor.layout, weights)
  const batch = Object.fromEntries(
    features.map(({ id, channels }) => [id, inputs[id].subarray(0, 10 * space.config.length * channels)]),
  )
  const statistics = await predictor.calibrate(weights, [batch], {
    mixture: Float32Array.from(mixture),
    ...extra,
  })
  state = { weights, statistics, steps: extra['dictionary-steps'] }
})

afterAll(async () => {
  await predictor.release()
  await Promise.all(evaluators.map((evaluator) => evaluator.release()))
})

async function evaluatorOf(rows: number): Promise<CoalitionEvaluator> {
  const evaluator = await CoalitionEvaluator.create(space, classes, { rows })
  evaluators.push(evaluator)
  return evaluator
}

async function gameOf(rows: number): Promise<Game> {
  const evaluator = await evaluatorOf(rows)
  return supernetGame({
    players,
    evaluator,
    state,
    mixture,
    batch: { inputs, task: 'single-label', labels: labels.map((label) => [label]), classes },
    renormalise: false,
  })
}

describe('the supernet game', () => {
  it('computes what the plain supernet computes with the masked mixture', async () => {
    const evaluator = await evaluatorOf(count)
    const masked = coalitions.map((coalition) => maskMixture(players, mixture, coalition))
    const logits = await evaluator.evaluate(state, inputs, count, masked)
    for (const [i, mixture] of masked.entries()) {
      const extra = { mixture, 'dictionary-steps': state.steps }
      const plain = await predictor.predict(state.weights, state.statistics, inputs, count, extra)
      const own = logits.subarray(i * count * classes, (i + 1) * count * classes)
      expect(Math.max(...own.map((logit, k) => Math.abs(logit - plain[k])))).toBeLessThan(1e-5)
    }
  })

  it('normalises every coalition by the statistics of the batch itself where that is asked', async () => {
    const valuation = parseRunConfig(
      { dataset: { kind: 'emoji8' }, valuation: { batchStatistics: 'batch' } },
      'test',
    ).valuation
    const inner = await evaluatorOf(count)
    const own = withStatistics(
      valuation,
      { ...inner, evaluate: inner.evaluate.bind(inner), release: async () => {} },
      network,
      {},
    )
    // without inputs all samples look alike, and normalising nothing by its own spread leaves rounding alone
    const fed = coalitions.filter((coalition) => [0, 2].every((edge) => coalition.has(edge)))
    const masked = fed.slice(0, 3).map((coalition) => maskMixture(players, mixture, coalition))
    const logits = await own.evaluate(state, inputs, count, masked)
    const whole = await Predictor.create(network, { batchSize: count })
    for (const [i, mixture] of masked.entries()) {
      const extra = { mixture, 'dictionary-steps': state.steps }
      const statistics = await whole.calibrate(state.weights, [inputs], extra)
      const plain = await whole.predict(state.weights, statistics, inputs, count, extra)
      const found = logits.subarray(i * count * classes, (i + 1) * count * classes)
      expect(Math.max(...found.map((logit, k) => Math.abs(logit - plain[k])))).toBeLessThan(1e-5)
    }
    // the trap: half of the samples have other statistics, and so other logits
    const half = Object.fromEntries(
      features.map(({ id, channels }) => [id, inputs[id].subarray(0, 10 * space.config.length * channels)]),
    )
    const alone = await own.evaluate(state, half, 10, [masked[0]])
    expect(Math.max(...alone.map((logit, k) => Math.abs(logit - logits[k])))).toBeGreaterThan(1e-3)
    await Promise.all([whole.release(), own.release()])
  })

  it('gives a coalition the same logits alone and in any company, bit for bit', async () => {
    const evaluator = await evaluatorOf(count)
    const masked = coalitions.map((coalition) => maskMixture(players, mixture, coalition))
    const together = await evaluator.evaluate(state, inputs, count, masked)
    const reversed = await evaluator.evaluate(state, inputs, count, masked.toReversed())
    for (const [i, mixture] of masked.entries()) {
      const own = together.slice(i * count * classes, (i + 1) * count * classes)
      expect(await evaluator.evaluate(state, inputs, count, [mixture])).toEqual(own)
      const at = masked.length - 1 - i
      expect(reversed.slice(at * count * classes, (at + 1) * count * classes)).toEqual(own)
    }
  })

  it.each([1, 7, 16, 64])(
    'has the same values in parts of %d samples, padded rows excluded',
    async (rows) => {
      const expected = await (await gameOf(count)).values(coalitions)
      expect(new Set(expected).size).toBeGreaterThan(2)
      expect(await (await gameOf(rows)).values(coalitions)).toEqual(expected)
    },
  )

  it.each([NaN, Infinity])('names the coalition whose answers are not finite (%d)', async (broken) => {
    const game = supernetGame({
      players,
      evaluator: {
        evaluate: (_state, _inputs, samples, masked) => {
          const logits = new Float32Array(masked.length * samples * classes)
          // the last sample of every coalition that all have joined
          masked.forEach((mixture, i) => {
            if (mixture.every((weight) => weight > 0)) logits[(i + 1) * samples * classes - 1] = broken
          })
          return Promise.resolve(logits)
        },
      },
      state,
      mixture,
      batch: { inputs, task: 'single-label', labels: labels.map((label) => [label]), classes },
      renormalise: false,
    })
    const request = { seed: 1, epoch: 0, budgets: players.map(() => 2) }
    await expect(estimate(estimators.permutation, game, request)).rejects.toMatchObject({
      code: 'evaluation-failed',
      where: expect.stringContaining('all players') as string,
    })
  })

  it('has a constant predictor for the empty coalition', async () => {
    const evaluator = await evaluatorOf(count)
    const empty = maskMixture(players, mixture, Coalition.empty(players.length))
    const logits = await evaluator.evaluate(state, inputs, count, [empty])
    for (let row = 1; row < count; row++)
      expect(logits.slice(row * classes, (row + 1) * classes)).toEqual(logits.slice(0, classes))
  })

  it.each(taskNames.flatMap((task) => metricNames.map((metric) => ({ task, metric }))))(
    'is worth the $metric of the answers, also with nobody present ($task)',
    async ({ task, metric }) => {
      const evaluator = await evaluatorOf(count)
      const known = labels.map((label, i) =>
        task === 'single-label' ? [label] : [...new Set([label, i % classes])].sort(),
      )
      const batch = { inputs, task, labels: known, classes }
      const game = supernetGame({ players, evaluator, state, mixture, batch, renormalise: false, metric })
      const asked = [...coalitions, Coalition.empty(players.length), Coalition.full(players.length)]
      const masked = asked.map((coalition) => maskMixture(players, mixture, coalition))
      const logits = await evaluator.evaluate(state, inputs, count, masked)
      const values = await game.values(asked)
      const size = count * classes
      expect(values).toEqual(
        asked.map((_, i) =>
          metrics[metric].measure({
            ...batch,
            logits: logits.subarray(i * size, (i + 1) * size),
          }),
        ),
      )
      const { contributions } = await estimate(estimators.permutation, game, {
        seed: 1,
        epoch: 0,
        budgets: players.map(() => 2),
      })
      const sum = contributions.reduce((total, { phi }) => total + phi, 0)
      expect(sum).toBeCloseTo(values.at(-1)! - values.at(-2)!, 10)
    },
  )

  it('has the Shapley values that brute force over all coalitions gives', async () => {
    const game = await gameOf(count)
    const n = players.length
    const values = await game.values(everyCoalition())
    const { contributions } = await estimate(estimators.exact, game, {
      seed: 1,
      epoch: 0,
      budgets: players.map(() => 1),
    })
    contributions.forEach(({ phi }, i) => expect(phi).toBeCloseTo(bruteForce(values, n, i), 10))
    expect(contributions.some(({ phi }) => Math.abs(phi) > 0.01)).toBe(true)
  })

  it.each(unbiased)('is valued by $name in bands that hold the brute-forced values', async (estimator) => {
    const values = await (await gameOf(count)).values(everyCoalition())
    const shapley = players.map((_, i) => bruteForce(values, players.length, i))
    const budgets = players.map((_, i) => 200 - 40 * (i % 2))
    const bands = await measureBands(estimator, { values, shapley }, { budgets, repetitions: 200 })
    for (const { covered, bias, biasError } of bands.players) {
      expect(covered).toBeGreaterThanOrEqual(fewestCovered(200))
      expect(Math.abs(bias)).toBeLessThanOrEqual(4 * biasError + 1e-9)
    }
    const scattered = bands.players.filter(({ claimed }) => claimed > 1e-9)
    expect(scattered.length).toBeGreaterThan(4)
    const share = scattered.reduce((sum, { covered }) => sum + covered / 200, 0) / scattered.length
    expect(share).toBeGreaterThan(0.92)
    expect(share).toBeLessThan(0.98)
  })
})

const everyCoalition = (): Coalition[] =>
  Array.from({ length: 2 ** players.length }, (_, mask) =>
    Coalition.of(
      players.length,
      players.flatMap((_, i) => ((mask >> i) & 1 ? [i] : [])),
    ),
  )

/** φᵢ = Σ_S |S|!(n − |S| − 1)!/n! · (v(S ∪ i) − v(S)) over all S without i (Shapley 1953). */
function bruteForce(values: readonly number[], n: number, player: number): number {
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))
  let phi = 0
  for (let mask = 0; mask < 2 ** n; mask++) {
    if ((mask >> player) & 1) continue
    const size = mask.toString(2).replaceAll('0', '').length
    const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n)
    phi += weight * (values[mask | (1 << player)] - values[mask])
  }
  return phi
}
