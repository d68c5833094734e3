import onnxProto from 'onnx-proto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastOfEachResolution } from '#contract/backbone.ts'
import { layoutOf, listTaps } from '#worker/backbone/onnx/list-taps.ts'
import { imageFile, openSizeFile, twoInputsFile, vectorFile } from '../../../fixtures/onnx-files.ts'

const { ModelProto, TensorProto } = onnxProto.onnx

describe('the taps of an ONNX file', () => {
  it('are every tensor with a row for each sample, from shallow to deep', async () => {
    const { taps, input, batch, parameters } = await listTaps(imageFile(), 'image.onnx')
    expect({ input, batch }).toEqual({
      batch: null,
      input: { type: 'image', name: 'picture', layout: 'channels first', height: 8, width: 8 },
    })
    expect(parameters).toBe(27 * 4 + 36 * 6 + 6 * 5)
    const depths = taps.map(({ depth }) => depth)
    expect(depths).toEqual(depths.toSorted((a, b) => a - b))
    const named = (name: string) => taps.find((tap) => tap.name === name)!
    expect(named('stage0')).toMatchObject({
      operator: 'Transpose',
      shape: [4, 4, 4],
      layout: 'channels first',
      channels: 4,
    })
    expect(named('stage1')).toMatchObject({ shape: [6, 2, 2], channels: 6 })
    expect(named('logits')).toMatchObject({ operator: 'Gemm', shape: [5], layout: 'vector', channels: 5 })
    expect(named('stage1').depth).toBeGreaterThan(named('stage0').depth)
    expect(taps.map(({ name }) => name)).not.toContain('picture')
  })

  it('count operators on the longest way', async () => {
    const { taps, input } = await listTaps(vectorFile(), 'vector.onnx')
    expect(input).toEqual({ type: 'vector', name: 'vector', length: 4 })
    expect(taps.map(({ operator, depth, shape }) => [operator, depth, shape])).toEqual([
      ['Gemm', 1, [6]],
      ['Relu', 2, [6]],
      ['Gemm', 3, [3]],
      ['Relu', 4, [3]],
    ])
    expect(lastOfEachResolution(taps)).toEqual(['top'])
  })

  it('have the shapes that pictures of the wanted size lead to, and of the usual size where none is wanted', async () => {
    const shapesAt = async (size: { height: number; width: number } | null) => {
      const { taps } = await listTaps(openSizeFile(), 'open.onnx', size)
      return Object.fromEntries(taps.map(({ name, shape }) => [name, shape]))
    }
    expect(await shapesAt({ height: 20, width: 32 })).toMatchObject({
      early: [4, 20, 32],
      late: [6, 10, 16],
      embedding: [6],
    })
    expect(await shapesAt(null)).toMatchObject({ early: [4, 224, 224] })
    const { taps, input, producer } = await listTaps(openSizeFile(), 'open.onnx')
    expect({ input, producer }).toMatchObject({ producer: 'pytorch', input: { height: null, width: null } })
    expect(lastOfEachResolution(taps)).toEqual(['early', 'late', 'mean', 'embedding'])
  })

  it('name their part of the network', async () => {
    const { taps } = await listTaps(imageFile(), 'image.onnx')
    expect(taps.map(({ scope }) => scope)).toContain('stage1')
  })
})

describe('axes of a tap', () => {
  it.each([
    [[64, 7, 7], 'channels first'],
    [[7, 7, 64], 'channels last'],
    [[7, 7, 7], 'channels first'],
    [[12, 16, 9], 'channels first'],
    [[197, 64], 'sequence'],
    [[512], 'vector'],
  ])('%j is read as %s', (shape, layout) => expect(layoutOf(shape)).toBe(layout))
})

describe('a file that cannot be used', () => {
  const refusal = (bytes: Uint8Array) =>
    listTaps(bytes, 'bad.onnx').then(
      () => null,
      (error: unknown) => error,
    )

  it('is refused with several inputs, and they are named', async () => {
    expect(await refusal(twoInputsFile())).toMatchObject({
      code: 'backbone-unreadable',
      detail: expect.stringContaining('2 inputs (a, b)'),
    })
  })

  it('is refused when its weights are in other files, and told how to save it', async () => {
    const model = ModelProto.decode(vectorFile())
    model.graph!.initializer![0].dataLocation = TensorProto.DataLocation.EXTERNAL
    expect(await refusal(ModelProto.encode(model).finish())).toMatchObject({
      code: 'backbone-unreadable',
      detail: expect.stringContaining('save it as one'),
    })
  })

  it('is refused when the length of its vectors is open', async () => {
    const model = ModelProto.decode(vectorFile())
    model.graph!.input![0].type!.tensorType!.shape!.dim![1] = { dimParam: 'length' }
    expect(await refusal(ModelProto.encode(model).finish())).toMatchObject({
      detail: expect.stringContaining('[?, ?]'),
    })
  })

  it('is refused by a problem wherever it is cut off', async () => {
    const whole = imageFile()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        expect(await refusal(whole.slice(0, length))).toMatchObject({ code: 'backbone-unreadable' })
      }),
      { numRuns: 60 },
    )
  })

  it('is refused by a problem whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await refusal(bytes)).toMatchObject({ code: 'backbone-unreadable' })
      }),
      { numRuns: 60 },
    )
  })
})
