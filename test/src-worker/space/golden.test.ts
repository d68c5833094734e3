import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { SpaceConfig } from '#contract/config.ts'
import type { OperationName } from '#contract/genotype.ts'
import { boundSquaredNorm } from '#worker/space/dictionary-bound.ts'
import { derivedNetwork } from '#worker/space/derived.ts'
import type { FusionNetwork } from '#worker/space/fusion.ts'
import { playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import { initialState, Trainer } from '#worker/training/trainer.ts'
import { smallConfig } from './fixtures.ts'

/** What test/golden/*.json says about fusion networks; README.md there is the format. */
interface Golden {
  seed: string
  classes: number
  batchSize: number
  batches: number
  inputs: Record<string, [length: number, channels: number]>
  space: 'full' | 'bm-nas'
  channels: number
  cells?: number
  steps?: number
  mixture?: Record<string, number[]>
  genotype?: {
    cells: {
      inputs: [string, string]
      nodes: { predecessors: [string, string]; operation: OperationName }[]
    }[]
  }
  sparseCodingSteps: Record<string, number>
  optimizer: { learningRate: number; beta1: number; beta2: number; epsilon: number; weightDecay: number }
  parameters: { name: string; shape: number[]; bound?: number; constant?: number }[]
  losses: Record<'float64' | 'float32', number[]>
  differences: { tolerance: number }
}

/** Uniform numbers in [0, 1) that need no random generator: a linear congruence from the name's FNV-1a hash. */
function uniform(name: string, count: number): number[] {
  let state = 0x811c9dc5
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193)
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}

const centred = (name: string, count: number, bound: number) =>
  uniform(name, count).map((u) => bound * (2 * u - 1))
const sizeOf = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1)

function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8')) as Golden
}

/** The network that a golden file is about, and its extra inputs. */
function networkOf(golden: Golden): { network: FusionNetwork; extra: Record<string, Float32Array> } {
  const name: SpaceConfig['name'] = golden.space === 'full' ? 'sm-shapnas' : 'bm-nas'
  const features = Object.entries(golden.inputs).map(([id, [, channels]]) => ({ id, channels }))
  const nodes = golden.genotype?.cells[0].nodes.length
  const space = createSpace(
    smallConfig({
      name,
      channels: golden.channels,
      length: Object.values(golden.inputs)[0][0],
      cells: golden.cells ?? golden.genotype?.cells.length,
      steps: golden.steps ?? nodes,
    }),
    features,
  )
  const genotype = golden.genotype && {
    space: name,
    cells: golden.genotype.cells.map(({ inputs, nodes }) => ({
      inputs,
      nodes: nodes.map(({ predecessors, operation }) => ({ operation, inputs: predecessors })),
    })),
  }
  const network = genotype ? derivedNetwork(space, genotype, golden.classes) : supernet(space, golden.classes)
  const extra: Record<string, Float32Array> = {}
  if (network.dictionaries.length > 0)
    extra['dictionary-steps'] = Float32Array.from(
      network.dictionaries,
      (spec) => golden.sparseCodingSteps[spec.name],
    )
  if (golden.mixture) {
    const listOf = { edge: 'inputs', 'inner-edge': 'predecessors', operation: 'operations' } as const
    const taken = new Map<string, number>()
    extra['mixture'] = Float32Array.from(playersOf(space), ({ kind, cell, node }) => {
      const list = `cell${cell}/${node === undefined ? '' : `node${node}/`}${listOf[kind]}`
      const position = taken.get(list) ?? 0
      taken.set(list, position + 1)
      return golden.mixture![list][position]
    })
  }
  return { network, extra }
}

/** The losses of 20 steps of Adam, `rate` times the golden learning rate. */
async function trainGolden(golden: Golden, rate = 1): Promise<Float32Array> {
  const { network, extra } = networkOf(golden)
  const { batchSize, batches, classes, seed, optimizer } = golden
  const trainer = await Trainer.create(network, {
    ...optimizer,
    batchSize,
    steps: 8,
    threads: 1,
    loss: 'cross-entropy',
    dropoutSeed: 0,
  })
  const weights = new Float32Array(trainer.layout.weightCount)
  expect(trainer.layout.parameters.map(({ name, shape }) => `${name} [${shape}]`).sort()).toEqual(
    golden.parameters.map(({ name, shape }) => `${name} [${shape}]`).sort(),
  )
  for (const { name, shape, offset } of trainer.layout.parameters) {
    const { bound, constant } = golden.parameters.find((parameter) => parameter.name === name)!
    const count = sizeOf(shape)
    weights.set(
      bound === undefined
        ? Array.from({ length: count }, () => constant!)
        : centred(`${seed}/${name}`, count, bound),
      offset,
    )
  }
  trainer.state = initialState(weights)

  const order = Array.from({ length: golden.losses.float64.length }, (_, step) => step % batches)
  const stacked = (values: ArrayLike<number>) => {
    const size = values.length / batches
    const all = Float32Array.from(values)
    return Float32Array.from(order.flatMap((b) => [...all.subarray(b * size, (b + 1) * size)]))
  }
  const inputs = Object.fromEntries(
    Object.entries(network.inputs).map(([name, { shape }]) => [
      name,
      stacked(centred(`${seed}/input/${name}`, batches * batchSize * sizeOf(shape), 1)),
    ]),
  )
  const labels = uniform(`${seed}/labels`, batches * batchSize).map((u) => Math.floor(u * classes))
  const targets = stacked(
    labels.flatMap((label) => Array.from({ length: classes }, (_, k) => Number(k === label))),
  )
  const learningRates = order.map(() => optimizer.learningRate * rate)
  const { losses } = await trainer.train({ inputs, targets, learningRates, extra })
  await trainer.release()
  return losses
}

const worst = (losses: Float32Array, expected: readonly number[]) =>
  Math.max(...expected.map((loss, i) => Math.abs(losses[i] - loss)))

describe.each(['supernet-bm-nas', 'supernet-full', 'derived', 'derived-bm-nas'])('%s', (name) => {
  const golden = readGolden(name)

  it('trains as in PyTorch, to three times its own rounding', async () => {
    expect(golden.differences.tolerance).toBeLessThanOrEqual(1e-4)
    expect(worst(await trainGolden(golden), golden.losses.float64)).toBeLessThanOrEqual(
      golden.differences.tolerance,
    )
  })

  it('would not pass with a learning rate 0.1 % off', async () => {
    expect(worst(await trainGolden(golden, 1.001), golden.losses.float64)).toBeGreaterThan(1e-4)
  })

  it('codes with the steps that its dictionaries allow', () => {
    for (const { name, shape, length } of networkOf(golden).network.dictionaries) {
      const { bound } = golden.parameters.find((parameter) => parameter.name === name)!
      const dictionary = Float32Array.from(centred(`${golden.seed}/${name}`, sizeOf(shape), bound!))
      expect(golden.sparseCodingSteps[name] * boundSquaredNorm(dictionary, { shape, length })).toBeCloseTo(
        0.9,
        2,
      )
    }
  })
})
