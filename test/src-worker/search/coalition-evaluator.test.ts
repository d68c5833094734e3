import { afterAll, describe, expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { stream } from '#worker/random.ts'
import { CoalitionEvaluator, type SupernetState } from '#worker/search/coalition-evaluator.ts'
import { inferenceExtra } from '#worker/search/dictionary-extra.ts'
import { maskMixture, playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import { initialise, layoutOf } from '#worker/training/layout.ts'
import type { Values } from '#worker/training/network.ts'
import { Predictor } from '#worker/training/predictor.ts'

const classes = 3
const count = 11
const features = [
  { id: 'a.0', channels: 3 },
  { id: 'b.0', channels: 5 },
]
const released: { release(): Promise<void> }[] = []
afterAll(async () => {
  for (const model of released) await model.release()
})

const cases = [
  { name: 'bm-nas', cells: 1, steps: 1 },
  { name: 'bm-nas', cells: 2, steps: 2 },
  { name: 'bm-nas', cells: 3, steps: 1 },
  { name: 'sm-shapnas', cells: 1, steps: 2 },
  { name: 'sm-shapnas', cells: 2, steps: 1 },
]

describe.each(cases)('mixtures of a supernet: $name, $cells cells of $steps inner nodes', (size) => {
  const config = { dataset: { kind: 'emoji8' }, space: { ...size, channels: 4, length: 6 } }
  const space = createSpace(parseRunConfig(config, 'test').space, features)
  const players = playersOf(space)
  const network = supernet(space, classes)
  const random = stream(3, 'mixtures', size.name, size.cells)
  const inputs: Values = Object.fromEntries(
    features.map(({ id, channels }) => [
      id,
      Float32Array.from({ length: count * space.config.length * channels }, () => random.normal()),
    ]),
  )
  const mixture = players.map(() => 0.2 + random.next())
  const mixtures = walksOf(4).map((members) =>
    maskMixture(players, mixture, { has: (player) => members.includes(player) }),
  )
  const renormalised = walksOf(1).map((members) =>
    maskMixture(players, mixture, { has: (player) => members.includes(player) }, { renormalise: true }),
  )
  const rowOf = (logits: Float32Array, i: number) =>
    logits.slice(i * count * classes, (i + 1) * count * classes)

  /** The coalitions of random permutations of the players, and some at random, which have less in common. */
  function walksOf(permutations: number): number[][] {
    const walks = Array.from({ length: permutations }, () => random.permutation(players.length)).flatMap(
      (order) => order.map((_, i) => order.slice(0, i)),
    )
    const others = Array.from({ length: 10 }, () =>
      players.flatMap((_, i) => (random.next() < 0.5 ? [i] : [])),
    )
    return [...walks, ...others, players.map((_, i) => i)]
  }

  async function prepare() {
    const predictor = await Predictor.create(network, { batchSize: count })
    const evaluator = await CoalitionEvaluator.create(space, classes, { rows: count })
    released.push(predictor, evaluator)
    const weights = initialise(predictor.layout.parameters, stream(5, 'weights'))
    const extra = inferenceExtra(network.dictionaries, predictor.layout, weights)
    const statistics = await predictor.calibrate(weights, [inputs], {
      mixture: Float32Array.from(mixture),
      ...extra,
    })
    const state: SupernetState = {
      weights,
      statistics,
      steps: extra['dictionary-steps'] ?? new Float32Array(0),
    }
    return { predictor, evaluator, state, extra }
  }

  it('have the logits of the plain supernet, masked or renormalised', async () => {
    const { predictor, evaluator, state, extra } = await prepare()
    const all = [...mixtures, ...renormalised]
    const logits = await evaluator.evaluate(state, inputs, count, all)
    for (const [i, mixture] of all.entries()) {
      const plain = await predictor.predict(state.weights, state.statistics, inputs, count, {
        mixture,
        ...extra,
      })
      const own = rowOf(logits, i)
      expect(Math.max(...own.map((logit, k) => Math.abs(logit - plain[k])))).toBeLessThan(1e-5)
    }
  })

  it('have the same logits alone and in any company, bit for bit', async () => {
    const { evaluator, state } = await prepare()
    const together = await evaluator.evaluate(state, inputs, count, mixtures)
    const order = stream(4, 'order').permutation(mixtures.length).slice(0, 25)
    const shuffled = await evaluator.evaluate(
      state,
      inputs,
      count,
      order.map((i) => mixtures[i]),
    )
    order.forEach((i, at) => expect(rowOf(shuffled, at)).toEqual(rowOf(together, i)))
    for (const i of order.slice(0, 5))
      expect(await evaluator.evaluate(state, inputs, count, [mixtures[i]])).toEqual(rowOf(together, i))
  })

  it('are not touched by numbers that others spoil', async () => {
    const { evaluator, state } = await prepare()
    const { parameters } = layoutOf(network)
    const weights = state.weights.slice()
    const { offset } = parameters.find(({ name }) => name.startsWith('cell0/node0/') && name.endsWith('/w'))!
    weights[offset] = NaN
    const spoilt = { ...state, weights }
    const together = await evaluator.evaluate(spoilt, inputs, count, mixtures)
    const clean = mixtures.flatMap((_, i) => (rowOf(together, i).some(Number.isNaN) ? [] : [i]))
    expect(clean.length).toBeGreaterThan(0)
    expect(clean.length).toBeLessThan(mixtures.length)
    const alone = await evaluator.evaluate(
      spoilt,
      inputs,
      count,
      clean.map((i) => mixtures[i]),
    )
    clean.forEach((i, at) => expect(rowOf(alone, at)).toEqual(rowOf(together, i)))
  })

  it('have the same logits in parts on several threads, bit for bit, call after call', async () => {
    const { state } = await prepare()
    const alone = await CoalitionEvaluator.create(space, classes, { rows: 3 })
    const threads = await CoalitionEvaluator.create(space, classes, { rows: 3, lanes: 3 })
    released.push(alone, threads)
    const heavier = { ...state, weights: state.weights.map((weight) => 2 * weight) }
    const fewer = Object.fromEntries(
      Object.entries(inputs).map(([id, data]) => [id, data.slice(0, (data.length / count) * 7)]),
    )
    for (const [weights, samples, rows] of [
      [state, inputs, count],
      [heavier, inputs, count],
      [heavier, fewer, 7],
      [state, inputs, count],
    ] as const)
      expect(await threads.evaluate(weights, samples, rows, mixtures)).toEqual(
        await alone.evaluate(weights, samples, rows, mixtures),
      )
  })

  it('end where the caller says so between two runs of the engine', async () => {
    const { evaluator, state } = await prepare()
    const stop = () => Promise.reject(new DOMException('stopped', 'AbortError'))
    await expect(evaluator.evaluate(state, inputs, count, mixtures, stop)).rejects.toThrow('stopped')
  })
})

describe('threads', () => {
  const size = { name: 'bm-nas', cells: 1, steps: 1, channels: 4, length: 6 }
  const config = { dataset: { kind: 'emoji8' }, space: size }
  const space = createSpace(parseRunConfig(config, 'test').space, features)

  it('leave what they have at hand when one of them ends, and can go on afterwards', async () => {
    const evaluator = await CoalitionEvaluator.create(space, classes, { rows: 1, lanes: 3 })
    released.push(evaluator)
    const { parameters, statistics } = layoutOf(supernet(space, classes))
    const state: SupernetState = {
      weights: initialise(parameters, stream(5, 'weights')),
      statistics: new Float32Array(statistics.reduce((sum, { channels }) => sum + 2 * channels, 0)).fill(1),
      steps: new Float32Array(0),
    }
    const inputs = Object.fromEntries(
      features.map(({ id, channels }) => [id, new Float32Array(count * 6 * channels).fill(0.5)]),
    )
    const mixture = Float32Array.from(playersOf(space), () => 0.5)
    let breaths = 0
    const breathe = async () => {
      if (++breaths === 2) throw new DOMException('stopped', 'AbortError')
    }
    await expect(evaluator.evaluate(state, inputs, count, [mixture], breathe)).rejects.toThrow('stopped')
    const logits = await evaluator.evaluate(state, inputs, count, [mixture])
    expect(logits.every(Number.isFinite)).toBe(true)
    expect(logits.slice(0, classes)).toEqual(logits.slice(-classes))
  })

  it('that are asked again before they have answered do one after the other', async () => {
    const evaluator = await CoalitionEvaluator.create(space, classes, { rows: 2, lanes: 3 })
    const { parameters, statistics } = layoutOf(supernet(space, classes))
    const state: SupernetState = {
      weights: initialise(parameters, stream(5, 'weights')),
      statistics: new Float32Array(statistics.reduce((sum, { channels }) => sum + 2 * channels, 0)).fill(1),
      steps: new Float32Array(0),
    }
    const [one, other] = [0.5, 0.25].map((value) =>
      Object.fromEntries(
        features.map(({ id, channels }) => [
          id,
          Float32Array.from({ length: count * 6 * channels }, (_, i) => Math.sin(value * i)),
        ]),
      ),
    )
    const mixture = Float32Array.from(playersOf(space), () => 0.5)
    const ask = (inputs: Values) => evaluator.evaluate(state, inputs, count, [mixture])
    const asked = [ask(one), ask(other), ask(one)]
    const released = evaluator.release()
    const [first, second, third] = await Promise.all(asked)
    expect(third).toEqual(first)
    expect(second).not.toEqual(first)
    await released
  })

  it('that cannot load the supernet say why, and none of them stays', async () => {
    const foreign = { ...space.config, operations: ['none of ours'] as never[] }
    const unknown = { ...space, config: foreign }
    await expect(CoalitionEvaluator.create(unknown, classes, { rows: 1, lanes: 2 })).rejects.toMatchObject({
      code: 'bad-configuration',
    })
  })

  it('are refused operations that they do not know', async () => {
    const planted = { ...space, table: { ...space.table } }
    await expect(CoalitionEvaluator.create(planted, classes, { rows: 1, lanes: 2 })).rejects.toThrow(
      'planted',
    )
  })
})
