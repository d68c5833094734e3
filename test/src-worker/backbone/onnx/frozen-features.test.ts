import { readdirSync } from 'node:fs'
import onnxProto from 'onnx-proto'
import { describe, expect, it } from 'vitest'
import type { TapInfo } from '#contract/backbone.ts'
import { poolTap } from '#worker/backbone/pool.ts'
import type { BackboneFile } from '#worker/backbone/onnx/backbone-file.ts'
import { cachedFrozenFeatures, type FrozenTask } from '#worker/backbone/onnx/frozen-features.ts'
import { frozenSamples } from '#worker/backbone/onnx/probe.ts'
import { FeatureMemory } from '#worker/backbone/feature-memory.ts'
import { listTaps } from '#worker/backbone/onnx/list-taps.ts'
import { poolValues } from '#worker/backbone/onnx/pool-values.ts'
import { countOf, type ModalityValues } from '#worker/dataset/dataset.ts'
import { transpose } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { elementCount } from '#worker/graph/tensor.ts'
import { loadGraph } from '#worker/onnx/load-graph.ts'
import { createSession, floats } from '#worker/onnx/session.ts'
import { stream } from '#worker/random.ts'
import { imageFile, vectorFile } from '../../../fixtures/onnx-files.ts'
import { folderForAll } from '../../../fixtures/temporary-folder.ts'

const { ModelProto } = onnxProto.onnx
const folder = folderForAll()
const random = stream(5, 'values')
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal())
const bytes = (count: number) => Uint8Array.from({ length: count }, () => random.integer(256))

const scaling = { range: 1, mean: [0.1, 0.2, 0.3], deviation: [0.5, 0.6, 0.7] } as const

async function fileOf(model: Uint8Array, taps: string[], side = 8): Promise<BackboneFile> {
  const read = await listTaps(model, 'file')
  const picture = {
    ...scaling,
    mean: [...scaling.mean],
    deviation: [...scaling.deviation],
    height: side,
    width: side,
  }
  return {
    id: read.hash.slice(0, 16),
    stored: { schemaVersion: 1, name: 'file', importedAt: 0, ...read, picture, chosen: [] },
    model,
    picture: read.input.type === 'image' ? picture : null,
    taps: taps.map((name) => read.taps.find((tap) => tap.name === name)!),
  }
}
/** The features of all samples, tap after tap. */
async function frozenFeatures(task: FrozenTask, mebibytes?: number): Promise<Float32Array> {
  const memory = new FeatureMemory(mebibytes)
  const tables = await cachedFrozenFeatures(task, {
    folder,
    datasetHash: JSON.stringify(task.values.type === 'image' ? task.values.width : 'vectors'),
    modality: 'm',
    memory,
  })
  return frozenSamples('m', tables).rows(Array.from({ length: countOf(task.values) }, (_, index) => index))
}

const onCpu = { device: 'cpu', threads: 1 } as const

/** The same network, reading [batch, height, width, 3]: its first node, which turns the axes, is left out. */
function channelsLast(model: Uint8Array): Uint8Array {
  const proto = ModelProto.decode(model)
  const [first] = proto.graph!.node!
  expect(first.opType).toBe('Transpose')
  const [input] = proto.graph!.input!
  const [batch, channels, height, width] = input.type!.tensorType!.shape!.dim!
  input.type!.tensorType!.shape!.dim = [batch, height, width, channels]
  input.name = first.output![0]
  proto.graph!.node!.shift()
  return ModelProto.encode(proto).finish()
}

describe('pooling of values', () => {
  it.each([
    ['channels first', [3, 7, 5], 4],
    ['channels first', [2, 8, 8], 16],
    ['channels first', [5, 1, 1], 9],
    ['channels last', [6, 6, 3], 9],
    ['vector', [4], 9],
  ] as const)('is that of trained backbones: %s %j to %i', async (layout, shape, length) => {
    const values = numbers(2 * elementCount(shape))
    const graph = new Graph({ name: 'pool' })
    const tap = graph.input('tap', [2, ...shape])
    graph.output(poolTap(layout === 'channels first' ? transpose(tap, [0, 2, 3, 1]) : tap, length), 'pooled')
    const session = await loadGraph(graph)
    const { pooled } = await session.run({ tap: floats(values, [2, ...shape]) })
    await session.release()
    expect(poolValues(values, 2, { shape: [...shape], layout }, length)).toEqual(pooled.data)
  })

  it('takes the largest of neighbours in a sequence', () => {
    const tap: Pick<TapInfo, 'shape' | 'layout'> = { shape: [3, 2], layout: 'sequence' }
    const values = Float32Array.of(1, 9, 3, 2, 5, 4)
    expect([...poolValues(values, 1, tap, 2)]).toEqual([3, 9, 5, 4])
    expect([...poolValues(values, 1, tap, 1)]).toEqual([5, 9])
  })
})

describe('features of a file', () => {
  it('are the tapped tensors of a direct run, pooled', async () => {
    const count = 37
    const pixels = bytes(count * 64 * 3)
    const values: ModalityValues = { type: 'image', data: pixels, height: 8, width: 8 }
    const file = await fileOf(imageFile(), ['stage0', 'logits'])
    const task = { file, values, length: 4, ...onCpu }
    const features = await frozenFeatures(task)
    expect(await frozenFeatures(task, 0)).toEqual(features)

    const input = Float32Array.from({ length: count * 192 }, (_, at) => {
      const [sample, c, position] = [Math.floor(at / 192), Math.floor((at % 192) / 64), at % 64]
      const pixel = pixels[(sample * 64 + position) * 3 + c]
      return (pixel / 255 - scaling.mean[c]) / scaling.deviation[c]
    })
    const session = await createSession(imageFile())
    const { stage0, logits } = await session.run({ picture: floats(input, [count, 3, 8, 8]) })
    await session.release()
    const width = 4 * (4 + 5)
    for (const sample of [0, 17, 36]) {
      const row = features.subarray(sample * width, (sample + 1) * width)
      const map = (stage0.data as Float32Array).subarray(sample * 64, (sample + 1) * 64)
      const first = poolValues(map, 1, { shape: [4, 4, 4], layout: 'channels first' }, 4)
      row.subarray(0, 16).forEach((value, i) => expect(value).toBeCloseTo(first[i], 5))
      for (let position = 0; position < 4; position++)
        for (let c = 0; c < 5; c++)
          expect(row[16 + position * 5 + c]).toBeCloseTo(Number(logits.data[sample * 5 + c]), 5)
    }
  })

  it('are the same from a file that takes one sample at a time, and from one that wants the channels last', async () => {
    const values: ModalityValues = { type: 'image', data: bytes(5 * 64 * 3), height: 8, width: 8 }
    const featuresBy = async (model: Uint8Array) =>
      frozenFeatures({ file: await fileOf(model, ['stage1']), values, length: 4, ...onCpu })
    const expected = await featuresBy(imageFile())
    const single = ModelProto.decode(imageFile())
    single.graph!.input![0].type!.tensorType!.shape!.dim![0] = { dimValue: 1 }
    const turned = await featuresBy(channelsLast(imageFile()))
    expect(await featuresBy(ModelProto.encode(single).finish())).toEqual(expected)
    expect(turned).toEqual(expected)
  })

  it('are of pictures in the size that the file reads', async () => {
    const grey: ModalityValues = {
      type: 'image',
      data: new Uint8Array(2 * 16 * 16 * 3).fill(90),
      height: 16,
      width: 16,
    }
    const small: ModalityValues = {
      type: 'image',
      data: new Uint8Array(2 * 8 * 8 * 3).fill(90),
      height: 8,
      width: 8,
    }
    const file = await fileOf(imageFile(), ['logits'])
    const [one, other] = await Promise.all(
      [grey, small].map((values) => frozenFeatures({ file, values, length: 1, ...onCpu })),
    )
    expect(one).toEqual(other)
  })

  it('are stored for the number of threads that computed them, which decides their last bits', async () => {
    const file = await fileOf(vectorFile(), ['top'])
    const task = { file, values: { type: 'vector', data: numbers(8), length: 4 }, length: 2 } as const
    const stored = async (threads: number) => {
      await frozenFeatures({ ...task, device: 'cpu', threads })
      return readdirSync(folder).length
    }
    const [first, second] = [await stored(1), await stored(2)]
    expect(second).toBe(first + 1)
    expect(await stored(1)).toBe(second)
  })

  it('are those of vectors as they are', async () => {
    const data = numbers(3 * 4)
    const file = await fileOf(vectorFile(), ['top'])
    const features = await frozenFeatures({
      file,
      values: { type: 'vector', data, length: 4 },
      length: 1,
      ...onCpu,
    })
    const session = await createSession(vectorFile())
    const { top } = await session.run({ vector: floats(data, [3, 4]) })
    await session.release()
    expect([...features]).toEqual([...(top.data as Float32Array)])
  })
})
