import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import { describe, expect, it } from 'vitest'
import { joinModels } from '#worker/onnx/join-models.ts'
import { floats } from '#worker/onnx/session.ts'
import { fileOf, guestOf, hostOf, int, ints, node, rows, run, weight } from './made-up-models.ts'

const { ModelProto, AttributeProto } = onnxProto.onnx
const { INT, INTS, FLOAT: REAL } = AttributeProto.AttributeType
const widened = node('Unsqueeze', ['vector'], ['wide'], [ints('axes', [1])])
const flattened = (name: string) => node('Flatten', [name], ['out'])

describe('a model that takes over files of several versions of the operators', () => {
  it('is written in the newer version of the operators', async () => {
    const old = fileOf({
      version: 11,
      nodes: [
        node('Unsqueeze', ['vector'], ['wide'], [{ name: 'axes', type: INTS, ints: [1] }]),
        node('Squeeze', ['wide'], ['narrow'], [{ name: 'axes', type: INTS, ints: [1] }]),
        node('Dropout', ['narrow'], ['kept'], [{ name: 'ratio', type: REAL, f: 0.9 }]),
        node('Softmax', ['kept'], ['out'], [{ name: 'axis', type: INT, i: -1 }]),
      ],
    })
    const fresh = fileOf({ version: 18, nodes: [node('Neg', ['vector'], ['out'])] })
    const guests = { a: guestOf(old, ['out'], 'one'), b: guestOf(fresh, ['out'], 'other') }
    const { model, opset } = joinModels(hostOf(['a', 'b'], [4]), guests)
    expect(opset).toBe(18)
    const { y } = await run(
      model,
      Object.fromEntries(['a', 'b'].map((name) => [name, floats(new Float32Array(4).fill(2), [1, 4])])),
    )
    expect(y).toEqual([0.25, 0.25, 0.25, 0.25, -2, -2, -2, -2])
  })

  it.each<[string, number, onnx.INodeProto[], onnx.ITensorProto[]?]>([
    ['Softmax over all later axes', 11, [widened, node('Softmax', ['wide'], ['soft']), flattened('soft')]],
    [
      'LogSoftmax over the last axis',
      12,
      [widened, node('LogSoftmax', ['wide'], ['soft'], [int('axis', -1)]), flattened('soft')],
    ],
    ['Squeeze', 11, [widened, node('Squeeze', ['wide'], ['out'], [ints('axes', [1])])]],
    [
      'Split',
      11,
      [
        node('Split', ['vector'], ['first', 'rest'], [ints('split', [1, 3]), int('axis', 1)]),
        node('Concat', ['rest', 'first'], ['out'], [int('axis', 1)]),
      ],
    ],
    [
      'ReduceSum',
      12,
      [node('ReduceSum', ['vector'], ['sum'], [ints('axes', [1])]), node('Add', ['vector', 'sum'], ['out'])],
    ],
    ['Clip', 9, [node('Clip', ['vector'], ['out'], [{ name: 'max', type: REAL, f: 0.5 }])]],
    [
      'Slice and Pad',
      9,
      [
        node('Slice', ['vector'], ['part'], [ints('starts', [1]), ints('ends', [3]), ints('axes', [1])]),
        node('Pad', ['part'], ['out'], [ints('pads', [0, 1, 0, 1]), { name: 'value', type: REAL, f: 2 }]),
      ],
    ],
    ['Dropout', 9, [node('Dropout', ['vector'], ['out'], [{ name: 'ratio', type: REAL, f: 0.7 }])]],
    [
      'BatchNormalization',
      8,
      [node('BatchNormalization', ['vector', 'four', 'one', 'one', 'four'], ['out'])],
      [weight('four', [1, 2, 3, 4]), weight('one', [1, 1, 1, 1])],
    ],
  ])('computes the same of older %s', async (_, version, nodes, initializer) => {
    const proto = fileOf({ version, nodes, initializer })
    const { model, opset } = joinModels(hostOf(['left'], [4]), { left: guestOf(proto, ['out']) })
    expect(opset).toBe(17)
    const x = floats(rows, [2, 4])
    const { out } = await run(ModelProto.encode(proto).finish(), { vector: x })
    const { y } = await run(model, { left: x })
    expect(new Set(out).size).toBeGreaterThan(2)
    expect(y).toEqual(out)
  })

  it.each([
    [
      'an operator that means something else in the newer version',
      { a: fileOf({ version: 11, nodes: [node('Dropout', ['vector'], ['out', 'mask'])] }) },
      'Dropout (Dropout) means something else from version 12',
    ],
    [
      'an attribute of an older operator that only the caller of a function tells',
      {
        a: fileOf({
          version: 12,
          imports: [{ domain: 'custom', version: 1 }],
          functions: [
            {
              name: 'Soft',
              domain: 'custom',
              input: ['x'],
              output: ['y'],
              attribute: ['over'],
              opsetImport: [{ domain: '', version: 12 }],
              node: [node('Softmax', ['x'], ['y'], [{ name: 'axis', type: INT, refAttrName: 'over' }])],
            },
          ],
          nodes: [node('Soft', ['vector'], ['out'], [int('over', 1)], 'custom')],
        }),
      },
      'the axis of Softmax (Softmax) is told by what calls the function around it',
    ],
    [
      'a version that nobody knows yet',
      {
        a: fileOf({ nodes: [node('Neg', ['vector'], ['out'])] }),
        b: fileOf({ version: 99, nodes: [node('Neg', ['vector'], ['out'])] }),
      },
      "version 17 of ONNX's operators would have to become 99",
    ],
    [
      'operators of others in two versions',
      {
        a: fileOf({
          imports: [{ domain: 'o', version: 1 }],
          nodes: [node('X', ['vector'], ['out'], [], 'o')],
        }),
        b: fileOf({
          imports: [{ domain: 'o', version: 2 }],
          nodes: [node('X', ['vector'], ['out'], [], 'o')],
        }),
      },
      'the operators o are wanted in the versions 1 and 2',
    ],
  ])('is refused for %s', (_, protos: Record<string, onnx.IModelProto>, reason) => {
    const guests = Object.entries(protos).map(
      ([name, proto]) => [name, guestOf(proto, ['out'], name)] as const,
    )
    const host = hostOf(Object.keys(protos), [4])
    expect(() => joinModels(host, Object.fromEntries(guests))).toThrow(reason)
  })
})
