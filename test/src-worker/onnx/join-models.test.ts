import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import { describe, expect, it } from 'vitest'
import { concat } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { joinModels } from '#worker/onnx/join-models.ts'
import { placeFor } from '#worker/onnx/place.ts'
import type { Guest } from '#worker/onnx/take-over.ts'
import { createSession, floats, type Value } from '#worker/onnx/session.ts'
import { vectorFile } from '../../fixtures/onnx-files.ts'

const { ModelProto, TensorProto, AttributeProto } = onnxProto.onnx
const { FLOAT } = TensorProto.DataType

const rows = Float32Array.from({ length: 8 }, (_, i) => (i % 3) - 0.5 * i)
const decode = (bytes: Uint8Array) => ModelProto.decode(bytes)

async function run(model: Uint8Array, feeds: Record<string, Value>): Promise<Record<string, number[]>> {
  const session = await createSession(model)
  const outputs = await session.run(feeds)
  await session.release()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data, Number)]),
  )
}

/** A model whose inputs go through guests, side by side; only the outputs `read` of each place are read. */
function hostOf(
  places: readonly string[],
  sizes: readonly number[],
  read = sizes.map((_, i) => i),
): Uint8Array {
  const graph = new Graph({ name: 'host', symbol: 'batch' })
  const parts = places.flatMap((name) => {
    const taps = placeFor(
      graph.input(name, [-1, 4]),
      name,
      sizes.map((size) => [-1, size]),
    )
    return read.map((i) => taps[i])
  })
  graph.output(concat(parts, 1), 'y')
  return encodeModel(graph)
}

const guestOf = (proto: onnx.IModelProto, taps = ['hidden', 'top'], source = 'file'): Guest => ({
  proto,
  input: 'vector',
  taps,
  source,
})

interface Made {
  nodes: onnx.INodeProto[]
  initializer?: onnx.ITensorProto[]
  version?: number
  imports?: onnx.IOperatorSetIdProto[]
  functions?: onnx.IFunctionProto[]
}

/** A file as other programs write them: vectors of 4 → `out`. */
function fileOf({
  nodes,
  initializer = [],
  version = 17,
  imports = [],
  functions = [],
}: Made): onnx.IModelProto {
  const value = (name: string, axes: number) => ({
    name,
    type: {
      tensorType: { elemType: FLOAT, shape: { dim: [{ dimParam: 'N' }, { dimValue: axes }] } },
    },
  })
  const made = ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version }, ...imports],
    functions,
    graph: { name: 'made', node: nodes, initializer, input: [value('vector', 4)], output: [value('out', 4)] },
  })
  return decode(made.finish())
}

const weight = (name: string, values: number[]) => ({
  name,
  dims: [values.length],
  dataType: FLOAT,
  floatData: values,
})
const node = (
  opType: string,
  input: string[],
  output: string[],
  attribute: onnx.IAttributeProto[] = [],
  domain = '',
) => ({ opType, name: opType, input, output, attribute, domain })
const { INT, INTS, FLOAT: REAL, GRAPH } = AttributeProto.AttributeType
const int = (name: string, i: number) => ({ name, type: INT, i })
const ints = (name: string, values: number[]) => ({ name, type: INTS, ints: values })
const widened = node('Unsqueeze', ['vector'], ['wide'], [ints('axes', [1])])
const flattened = (name: string) => node('Flatten', [name], ['out'])

describe('a model that takes over a file', () => {
  it('computes from the input of the file what the file computes, for any number of samples', async () => {
    const { model, opset, irVersion } = joinModels(hostOf(['left'], [6, 3]), {
      left: guestOf(decode(vectorFile())),
    })
    expect([opset, irVersion]).toEqual([17, 8])
    for (const count of [1, 2]) {
      const x = floats(rows.slice(0, 4 * count), [count, 4])
      const { hidden, top } = await run(vectorFile(), { vector: x })
      const { y } = await run(model, { left: x })
      const expected = Array.from({ length: count }, (_, i) => [
        ...hidden.slice(6 * i, 6 * i + 6),
        ...top.slice(3 * i, 3 * i + 3),
      ])
      expect(y).toEqual(expected.flat())
    }
  })

  it('holds no node and no weight that only unread taps need', () => {
    const host = hostOf(['left'], [6, 3], [0])
    const { graph } = decode(joinModels(host, { left: guestOf(decode(vectorFile())) }).model)
    const names = graph!.initializer!.map(({ name }) => name!)
    expect(names.filter((name) => name.includes('first/w'))).toHaveLength(1)
    expect(names.filter((name) => name.includes('second/w'))).toEqual([])
    expect(graph!.node!.filter(({ opType }) => opType === 'Relu')).toHaveLength(1)
  })

  it('needs nothing for an input that is left out, whatever other nodes leave out of their outputs', () => {
    const proto = fileOf({
      nodes: [node('Dropout', ['vector'], ['unread', '']), node('Clip', ['vector', '', 'most'], ['out'])],
      initializer: [{ ...weight('most', [1]), dims: [] }],
    })
    const { graph } = decode(joinModels(hostOf(['left'], [4]), { left: guestOf(proto, ['out']) }).model)
    expect(graph!.node!.map(({ opType }) => opType)).not.toContain('Dropout')
  })

  it('takes the same file over twice with names of their own, and has its weights once', async () => {
    const guest = guestOf(decode(vectorFile()))
    const host = hostOf(['left', 'left/hidden'], [6, 3])
    const { model } = joinModels(host, { left: guest, 'left/hidden': guest })
    const { graph } = decode(model)
    const outputs = graph!.node!.flatMap(({ output }) => output!)
    expect(new Set(outputs).size).toBe(outputs.length)
    expect(graph!.initializer!.filter(({ name }) => name!.includes('first/w'))).toHaveLength(1)
    const [one, other] = [rows.slice(0, 4), rows.slice(4)].map((values) => floats(values, [1, 4]))
    const { y } = await run(model, { left: one, 'left/hidden': other })
    const apart = await Promise.all(
      [one, other].map(async (vector) => {
        const { hidden, top } = await run(vectorFile(), { vector })
        return [...hidden, ...top]
      }),
    )
    expect(y).toEqual(apart.flat())
  })

  it('keeps different files apart whose tensors have the same names', async () => {
    const host = hostOf(['left', 'right'], [3])
    const guests = {
      left: guestOf(decode(vectorFile(4, 2)), ['top'], 'one'),
      right: guestOf(decode(vectorFile(4, 9)), ['top'], 'other'),
    }
    const x = floats(rows.slice(0, 4), [1, 4])
    const { y } = await run(joinModels(host, guests).model, { left: x, right: x })
    const alone = await Promise.all([2, 9].map((seed) => run(vectorFile(4, seed), { vector: x })))
    expect(y).toEqual(alone.flatMap(({ top }) => top))
  })

  it('takes names inside branches along, whether they are of the branch or of the file', async () => {
    const branch = (name: string, factor: string): onnx.IAttributeProto => ({
      name,
      type: GRAPH,
      g: {
        name,
        node: [node('Mul', ['vector', factor], ['inside'])],
        initializer: [weight('local', [7])],
        output: [{ name: 'inside' }],
      },
    })
    const proto = fileOf({
      nodes: [
        node('ReduceSum', ['vector'], ['sum'], [{ name: 'keepdims', type: INT, i: 0 }]),
        node('Greater', ['sum', 'zero'], ['positive']),
        node('If', ['positive'], ['out'], [branch('then_branch', 'outer'), branch('else_branch', 'local')]),
      ],
      initializer: [weight('outer', [3]), { ...weight('zero', [0]), dims: [] }, weight('unread', [1])],
    })
    const { model } = joinModels(hostOf(['left'], [4]), { left: guestOf(proto, ['out']) })
    const answer = async (values: number[]) =>
      (await run(model, { left: floats(Float32Array.from(values), [1, 4]) }))['y']
    expect(await answer([1, 2, 3, 4])).toEqual([3, 6, 9, 12])
    expect(await answer([-1, 0, 0, 0])).toEqual([-7, 0, 0, 0])
    expect(decode(model).graph!.initializer!.some(({ name }) => name!.includes('unread'))).toBe(false)
  })

  it('takes functions along, under a domain of their own', async () => {
    const made = (factor: number) =>
      fileOf({
        imports: [{ domain: 'custom', version: 1 }],
        functions: [
          {
            name: 'Scale',
            domain: 'custom',
            input: ['x'],
            output: ['y'],
            opsetImport: [{ domain: '', version: 17 }],
            node: [
              node('Constant', [], ['factor'], [{ name: 'value_float', type: REAL, f: factor }]),
              node('Mul', ['x', 'factor'], ['y']),
            ],
          },
          { name: 'Unused', domain: 'custom', input: ['x'], output: ['x'], opsetImport: [], node: [] },
        ],
        nodes: [node('Scale', ['vector'], ['out'], [], 'custom')],
      })
    const guests = { a: guestOf(made(2), ['out'], 'one'), b: guestOf(made(5), ['out'], 'other') }
    const { model } = joinModels(hostOf(['a', 'b'], [4]), guests)
    expect(decode(model).functions!.map(({ name }) => name)).toEqual(['Scale', 'Scale'])
    const x = floats(Float32Array.of(1, 2, 3, 4), [1, 4])
    expect((await run(model, { a: x, b: x }))['y']).toEqual([2, 4, 6, 8, 5, 10, 15, 20])
  })

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

  it('is refused where the file would be larger than ONNX allows', () => {
    const host = hostOf(['left'], [6, 3])
    const guests = { left: guestOf(decode(vectorFile())) }
    expect(() => joinModels(host, guests, { largest: host.length + 100 })).toThrow('more than 2 GiB')
  })
})
