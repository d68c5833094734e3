import { expect, it } from 'vitest'
import onnxProto from 'onnx-proto'
import {
  add,
  conditional,
  exp,
  gemm,
  greater,
  multiply,
  reduceSum,
  relu,
  split,
} from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession, floats } from '#worker/onnx/session.ts'

const { ModelProto } = onnxProto.onnx

it('a model computes what its graph says, with named weights and a symbolic batch', async () => {
  const graph = new Graph()
  const x = graph.input('x', [-1, 2])
  const weight = graph.initializer('layer/weight', Float32Array.of(1, 2, 3, 4), [2, 2])
  graph.output(relu(gemm(x, weight, { bias: graph.constant([-10, 0]) })), 'y')
  const bytes = encodeModel(graph, { metadata: { purpose: 'test' } })

  const model = ModelProto.decode(bytes)
  expect(model.graph!.initializer!.map(({ name }) => name)).toContain('layer/weight')
  expect(model.graph!.input![0].type!.tensorType!.shape!.dim![0].dimParam).toBe('batch')
  expect(model.metadataProps).toMatchObject([{ key: 'purpose', value: 'test' }])
  expect(Number(model.opsetImport![0].version)).toBe(17)

  const session = await createSession(bytes)
  for (const rows of [1, 3]) {
    const { y } = await session.run({ x: floats(new Float32Array(2 * rows).fill(1), [rows, 2]) })
    expect(y.shape).toEqual([rows, 2])
    expect(Array.from(y.data.subarray(0, 2), Number)).toEqual([0, 6])
  }
  await session.release()
})

it('outputs are named directly; only inputs and tensors put out twice are copied', async () => {
  const graph = new Graph()
  const x = graph.input('x', [2])
  const y = exp(x)
  graph.output(y, 'y')
  graph.output(y, 'again')
  graph.output(x, 'same')
  const bytes = encodeModel(graph)
  const operators = ModelProto.decode(bytes).graph!.node!.map(({ opType }) => opType)
  expect(operators.toSorted()).toEqual(['Exp', 'Identity', 'Identity'])
  const session = await createSession(bytes)
  const results = await session.run({ x: floats(Float32Array.of(0, 0), [2]) })
  expect(Array.from(results['y'].data, Number)).toEqual([1, 1])
  expect(results['again'].data).toEqual(results['y'].data)
  expect(Array.from(results['same'].data, Number)).toEqual([0, 0])
  await session.release()
})

it('leaves out what no output needs, and keeps what only a branch reads', async () => {
  const graph = new Graph()
  const x = graph.input('x', [4])
  const [first, second] = split(x, [2, 2], 0)
  const shared = add(first, 1)
  multiply(second, graph.constant(new Float32Array(2).fill(7)))
  const condition = greater(reduceSum(x), 0)
  graph.output(
    conditional(
      condition,
      () => multiply(shared, 2),
      () => second,
    ),
    'y',
  )
  const bytes = encodeModel(graph)
  const { node, initializer } = ModelProto.decode(bytes).graph!
  expect(node!.map(({ opType }) => opType).toSorted()).toEqual(['Add', 'Greater', 'If', 'ReduceSum', 'Split'])
  expect(initializer!.length).toBe(4)
  const session = await createSession(bytes)
  const { y } = await session.run({ x: floats(Float32Array.of(1, 2, 3, 4), [4]) })
  expect(Array.from(y.data, Number)).toEqual([4, 6])
  await session.release()
})
