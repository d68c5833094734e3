import { describe, expect, it } from 'vitest'
import { Problem } from '#contract/problem.ts'
import { expand, gather } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { definePrimitive } from '#worker/graph/primitive.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { booleans, createSession, floats, integers } from '#worker/onnx/session.ts'

describe('a session', () => {
  it('names the scope of the node that fails while running', async () => {
    const graph = new Graph()
    const table = graph.input('table', [3])
    const index = graph.input('index', [1], 'int64')
    const y = graph.scope('cell 1', () => graph.scope('lookup', () => gather(table, index, 0)))
    graph.output(y, 'y')
    const session = await createSession(encodeModel(graph))
    const run = session.run({ table: floats(new Float32Array(3), [3]), index: integers([7], [1]) })
    await expect(run).rejects.toThrow(Problem)
    await expect(run).rejects.toMatchObject({
      code: 'engine-failed',
      where: expect.stringMatching(/^cell 1 \/ lookup \/ Gather_\d+$/),
    })
    await session.release()
  })

  it('names the scope of the node that a model is refused for', async () => {
    const wrong = definePrimitive({
      name: 'Wrong',
      operator: 'Gemm',
      infer: () => [{ shape: [9, 9], dtype: 'float32' }],
      gradient: 'unsupported',
    })
    const graph = new Graph()
    const x = graph.input('x', [2, 3])
    graph.output(
      graph.scope('cell 2', () => graph.apply(wrong, [x, x])[0]),
      'y',
    )
    await expect(createSession(encodeModel(graph))).rejects.toMatchObject({
      code: 'engine-failed',
      where: expect.stringMatching(/^cell 2/),
    })
  })

  it('says that the memory does not suffice, and for what', async () => {
    const graph = new Graph()
    const x = graph.input('x', [1])
    graph.output(
      graph.scope('cell 3', () => expand(x, [1_000_000, 1_000_000])),
      'y',
    )
    const session = await createSession(encodeModel(graph))
    await expect(session.run({ x: floats(Float32Array.of(1), [1]) })).rejects.toMatchObject({
      code: 'out-of-memory',
      where: expect.stringMatching(/^cell 3/),
      detail: expect.stringContaining('4000000000000'),
    })
    await session.release()
  })

  it('names the model when no node is to blame', async () => {
    await expect(createSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ where: 'model' })
  })

  it('refuses numbers that do not fill their shape', () => {
    expect(() => floats(new Float32Array(5), [2, 3])).toThrow(/5 values/)
    expect(() => integers([1, 2], [3])).toThrow(/2 values/)
    expect(booleans([true, false], [2]).data).toEqual(Uint8Array.of(1, 0))
  })
})
