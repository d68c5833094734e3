import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Network, Values } from '#worker/training/network.ts'
import { initialState, Trainer } from '#worker/training/trainer.ts'

/** What every golden file says; README.md beside it is the format. */
export interface Golden {
  seed: string
  classes: number
  batchSize: number
  batches: number
  inputs: Record<string, number[]>
  optimizer: { learningRate: number; beta1: number; beta2: number; epsilon: number; weightDecay: number }
  parameters: { name: string; shape: number[]; bound?: number; constant?: number }[]
  losses: Record<'float64' | 'float32', number[]>
  differences: { tolerance: number }
}

export function readGolden<G extends Golden>(name: string): G {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as G
}

/** Declares the tests of a golden file's curve for the network that the file is about. */
export function itTrainsAsInPyTorch(golden: Golden, network: Network, extra: Values = {}): void {
  const { float64 } = golden.losses
  const distance = async (rate: number) => {
    const losses = await train(golden, network, extra, rate)
    return Math.max(...float64.map((loss, i) => Math.abs(losses[i] - loss)))
  }

  it('trains as in PyTorch, to three times its own rounding', async () => {
    expect(golden.differences.tolerance).toBeLessThanOrEqual(1e-4)
    expect(await distance(1)).toBeLessThanOrEqual(golden.differences.tolerance)
  })

  it('would not pass with a learning rate 0.1 % off', async () => {
    expect(await distance(1.001)).toBeGreaterThan(1e-4)
  })
}

/** The losses of the file's steps of Adam, at `rate` times its learning rate. */
async function train(golden: Golden, network: Network, extra: Values, rate: number): Promise<Float32Array> {
  const { batchSize, batches, classes, seed, optimizer, losses: expected } = golden
  const trainer = await Trainer.create(network, {
    ...optimizer,
    batchSize,
    threads: 1,
    loss: 'cross-entropy',
    dropoutSeed: 0,
  })
  trainer.state = initialState(initialWeights(golden, trainer.layout))

  const order = expected.float64.map((_, step) => step % batches)
  const stacked = (values: Float32Array) => {
    const size = values.length / batches
    return Float32Array.from(order.flatMap((b) => [...values.subarray(b * size, (b + 1) * size)]))
  }
  const inputs = Object.fromEntries(
    Object.entries(network.inputs).map(([name, { shape }]) => [
      name,
      stacked(centred(`${seed}/input/${name}`, [batches, batchSize, ...shape], 1)),
    ]),
  )
  const labels = uniform(`${seed}/labels`, batches * batchSize).map((u) => Math.floor(u * classes))
  const oneHot = labels.flatMap((label) => Array.from({ length: classes }, (_, k) => Number(k === label)))
  const { losses } = await trainer.train({
    inputs,
    targets: stacked(Float32Array.from(oneHot)),
    learningRates: order.map(() => optimizer.learningRate * rate),
    extra,
  })
  await trainer.release()
  return losses
}

/** The weights that the file starts from, flat; both sides must have the same parameters. */
function initialWeights(golden: Golden, { parameters, weightCount }: Trainer['layout']): Float32Array {
  const described = (all: readonly { name: string; shape: readonly number[] }[]) =>
    all.map(({ name, shape }) => `${name} [${shape}]`).sort()
  expect(described(parameters)).toEqual(described(golden.parameters))
  const weights = new Float32Array(weightCount)
  for (const { name, offset } of parameters) weights.set(initialValues(golden, name), offset)
  return weights
}

/** The values that a parameter starts from. */
export function initialValues({ seed, parameters }: Golden, name: string): Float32Array {
  const { shape, bound, constant } = parameters.find((parameter) => parameter.name === name)!
  if (bound === undefined) return new Float32Array(sizeOf(shape)).fill(constant!)
  return centred(`${seed}/${name}`, shape, bound)
}

/** Numbers between −bound and bound. */
function centred(name: string, shape: readonly number[], bound: number): Float32Array {
  return Float32Array.from(uniform(name, sizeOf(shape)), (u) => bound * (2 * u - 1))
}

/** Numbers in [0, 1) that need no random generator: a linear congruence from the name's FNV-1a hash. */
function uniform(name: string, count: number): number[] {
  let state = 0x811c9dc5
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193)
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1)
}
