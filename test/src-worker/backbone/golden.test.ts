import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { backboneConfig } from '#contract/config.ts'
import type { BackboneNetwork } from '#worker/backbone/backbone.ts'
import { backboneNetwork } from '#worker/backbone/backbones/index.ts'
import { initialState, Trainer } from '#worker/training/trainer.ts'

/** What test/golden/*.json says about backbones; README.md there is the format. */
interface Golden {
  name: 'cnn' | 'maxout'
  seed: string
  classes: number
  batchSize: number
  batches: number
  inputs: Record<string, number[]>
  channels?: number[]
  units?: number[]
  pieces?: number
  optimizer: { learningRate: number; beta1: number; beta2: number; epsilon: number; weightDecay: number }
  parameters: { name: string; shape: number[]; bound?: number; constant?: number }[]
  losses: Record<'float64' | 'float32', number[]>
  differences: { tolerance: number }
}

function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8')) as Golden
}

function networkOf({ name, channels, units, pieces, inputs, classes }: Golden): BackboneNetwork {
  const sizes = name === 'cnn' ? { channels } : { units, pieces }
  const config = backboneConfig.parse({ kind: name, dropout: 0, ...sizes })
  return backboneNetwork(config, Object.values(inputs)[0], classes)
}

/** Uniform numbers in [0, 1): a linear congruence that starts from the FNV-1a hash of the name. */
function uniform(name: string, count: number): number[] {
  let state = 0x811c9dc5
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193)
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}

function centred(name: string, count: number, bound: number): Float32Array {
  return Float32Array.from(uniform(name, count), (u) => bound * (2 * u - 1))
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1)

/** The losses of 20 steps of Adam, at `rate` times the golden learning rate. */
async function trainGolden(golden: Golden, rate = 1): Promise<Float32Array> {
  const { seed, classes, batchSize, batches, optimizer } = golden
  const network = networkOf(golden)
  const trainer = await Trainer.create(network, {
    ...optimizer,
    batchSize,
    threads: 1,
    loss: 'cross-entropy',
    dropoutSeed: 0,
  })
  const { parameters, weightCount } = trainer.layout
  expect(parameters.map(({ name, shape }) => `${name} [${shape}]`).sort()).toEqual(
    golden.parameters.map(({ name, shape }) => `${name} [${shape}]`).sort(),
  )
  const weights = new Float32Array(weightCount)
  for (const { name, shape, offset } of parameters) {
    const { bound, constant } = golden.parameters.find((parameter) => parameter.name === name)!
    const count = sizeOf(shape)
    if (bound === undefined) weights.fill(constant!, offset, offset + count)
    else weights.set(centred(`${seed}/${name}`, count, bound), offset)
  }
  trainer.state = initialState(weights)

  const { shape } = network.inputs[network.input]
  const values = centred(`${seed}/input/${network.input}`, batches * batchSize * sizeOf(shape), 1)
  const labels = uniform(`${seed}/labels`, batches * batchSize).map((u) => Math.floor(u * classes))
  const targets = Float32Array.from(
    labels.flatMap((label) => Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0))),
  )
  const losses: number[] = []
  for (let step = 0; step < golden.losses.float64.length; step++) {
    const batch = (all: Float32Array) => {
      const size = all.length / batches
      const start = (step % batches) * size
      return all.subarray(start, start + size)
    }
    const result = await trainer.train({
      inputs: { [network.input]: batch(values) },
      targets: batch(targets),
      learningRates: [optimizer.learningRate * rate],
    })
    losses.push(...result.losses)
  }
  await trainer.release()
  return Float32Array.from(losses)
}

const worst = (losses: Float32Array, expected: readonly number[]) =>
  Math.max(...expected.map((loss, i) => Math.abs(losses[i] - loss)))

describe.each(['cnn', 'maxout'])('%s', (name) => {
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
})
