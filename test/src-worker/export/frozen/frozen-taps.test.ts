import { expect, it } from 'vitest'
import { storedBackbone, type TapInfo } from '#contract/backbone.ts'
import { listTaps } from '#worker/backbone/onnx/list-taps.ts'
import { poolValues } from '#worker/backbone/onnx/pool-values.ts'
import { frozenTaps, guestOf } from '#worker/export/frozen/frozen-taps.ts'
import type { FrozenModality } from '#worker/export/frozen/open-frozen.ts'
import { relu, reshape } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { joinModels } from '#worker/onnx/join-models.ts'
import { createSession, floats } from '#worker/onnx/session.ts'

const size = 24

/** A file whose only tap is its vector in another shape. */
async function fileOf(shape: number[], layout: TapInfo['layout']): Promise<FrozenModality> {
  const graph = new Graph({ name: 'file', symbol: 'N' })
  graph.output(relu(reshape(graph.input('vector', [-1, size]), [-1, ...shape])), 'tap')
  const model = encodeModel(graph)
  const read = await listTaps(model, 'file')
  const stored = storedBackbone.parse({
    ...read,
    schemaVersion: 1,
    name: 'file',
    importedAt: 0,
    picture: null,
    chosen: [],
  })
  const tap = read.taps.find(({ name }) => name === 'tap')!
  const channels = layout === 'channels first' ? shape[0] : shape.at(-1)!
  const file = { id: 'x', stored, model, picture: null, taps: [{ ...tap, layout, channels }] }
  const data = new Float32Array(size)
  return {
    name: 'm',
    file,
    values: { type: 'vector', data, length: size },
    raw: { shape: [1, size], data },
    tapShapes: [shape],
  }
}

it.each([
  ['channels first', [2, 3, 4], 4],
  ['channels last', [4, 3, 2], 9],
  ['channels last', [2, 2, 6], 9],
  ['sequence', [8, 3], 3],
  ['sequence', [3, 8], 5],
  ['vector', [24], 4],
] as const)(
  'a tap (%s, %j) is pooled in the model as the run has pooled it, to %i',
  async (layout, shape, length) => {
    const modality = await fileOf([...shape], layout)
    const graph = new Graph({ name: 'host', symbol: 'batch' })
    graph.output(frozenTaps(graph, modality, length)['m.0'], 'pooled')
    const { model } = joinModels(encodeModel(graph), { m: guestOf(modality) })
    const values = Float32Array.from({ length: 2 * size }, (_, i) => (i * 7) % 31)
    const session = await createSession(model)
    const { pooled } = await session.run({ m: floats(values, [2, size]) })
    await session.release()
    expect(pooled.shape).toEqual([2, length, modality.file.taps[0].channels])
    expect(pooled.data).toEqual(poolValues(values, 2, { shape: [...shape], layout }, length))
  },
)
