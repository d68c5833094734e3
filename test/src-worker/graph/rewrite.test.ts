import { describe, expect, it } from 'vitest'
import * as f from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { elementCount, type Tensor } from '#worker/graph/tensor.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession, floats } from '#worker/onnx/session.ts'
import { normals } from './evaluate.ts'

const shape = [4, 3, 6]
const size = 72

/** What a graph of one input gives, and how many passes over a tensor of the input's size its model makes. */
async function run(build: (x: Tensor) => Tensor): Promise<{ values: number[]; passes: number }> {
  const graph = new Graph()
  const y = build(graph.input('x', shape))
  graph.output(y, 'y')
  const session = await createSession(encodeModel(graph))
  const results = await session.run({ x: floats(normals('x', size), shape) })
  await session.release()
  const read = new Set(['y'])
  const living = graph.nodes.toReversed().filter(({ emitted, outputs }) => {
    if (!emitted || !outputs.some(({ name }) => name === y.name || read.has(name))) return false
    emitted.inputs.forEach(({ name }) => read.add(name))
    return true
  })
  const passes = living.filter(
    ({ primitive, outputs }) =>
      ['Mul', 'Add'].includes(primitive.name) && elementCount(outputs[0].shape) === size,
  )
  return { values: Array.from(results['y'].data, Number), passes: passes.length }
}

const vector = (x: Tensor) => x.graph.constant([0.5, -1, 2, 0.3, 1, -0.7])
const rows = (x: Tensor) => f.reshape(x, [12, 6])
const batchNorm = (x: Tensor) => f.reshape(f.batchNormTraining(rows(x), vector(x), vector(x)).y, shape)
const mask = (x: Tensor) =>
  x.graph.constant(
    Float32Array.from({ length: size }, (_, i) => Number(i % 4 > 0)),
    shape,
  )

describe('a factor', () => {
  it.each<[string, (x: Tensor) => Tensor]>([
    ['batch norm', batchNorm],
    ['batch norm, ReLU and dropout', (x) => f.keep(f.relu(batchNorm(x)), mask(x))],
    ['the value of a gated unit', (x) => f.keep(f.gate(batchNorm(x), f.tanh(x)), mask(x))],
    ['layer norm', (x) => f.layerNorm(x, undefined, undefined, 2)],
    ['a smaller operand and a bias', (x) => f.add(f.multiply(f.tanh(x), vector(x)), vector(x))],
    ['a sum of one tensor with itself', (x) => f.add(x, x)],
    ['a product of matrices', (x) => f.matmul(x.graph.constant(normals('w', 9), [1, 3, 3]), x)],
  ])('is taken in by %s', async (_name, build) => {
    const plain = await run((x) => f.multiply(build(x), 0.25))
    const scaled = await run((x) => f.scale(build(x), 0.25))
    scaled.values.forEach((value, i) => expect(value).toBeCloseTo(plain.values[i], 5))
    expect(scaled.passes).toBeLessThan(plain.passes)
  })

  it('of something else is multiplied', async () => {
    const plain = await run((x) => f.multiply(f.tanh(x), 0.25))
    expect(await run((x) => f.scale(f.tanh(x), 0.25))).toEqual(plain)
  })

  it('is a tensor of one element as well', async () => {
    const plain = await run((x) => f.multiply(batchNorm(x), 0.25))
    const scaled = await run((x) => f.scale(batchNorm(x), x.graph.constant([0.25])))
    scaled.values.forEach((value, i) => expect(value).toBeCloseTo(plain.values[i], 5))
  })
})

it('a mask keeps what it is one for, after any operation', async () => {
  for (const build of [f.relu, f.tanh, (x: Tensor) => f.gate(x, x)]) {
    const plain = await run((x) => f.multiply(build(x), mask(x)))
    const kept = await run((x) => f.keep(build(x), mask(x)))
    kept.values.forEach((value, i) => expect(value).toBeCloseTo(plain.values[i], 6))
  }
})

describe('batch norm of a sum with one vector', () => {
  const sum = (x: Tensor) => f.add(rows(x), vector(x))
  const norm = (x: Tensor) => f.batchNormTraining(x, x.graph.constant(Array(6).fill(1)), vector(x))

  it('leaves the vector out, which changes nothing', async () => {
    const { values } = await run((x) => f.reshape(norm(sum(x)).y, shape))
    const { values: without } = await run((x) => f.reshape(norm(rows(x)).y, shape))
    expect(values).toEqual(without)
  })

  it('counts it into the mean that it answers', async () => {
    const { values } = await run((x) => norm(sum(x)).mean)
    const { values: without } = await run((x) => norm(rows(x)).mean)
    const added = [0.5, -1, 2, 0.3, 1, -0.7]
    values.forEach((value, i) => expect(value).toBeCloseTo(without[i] + added[i], 5))
  })
})
