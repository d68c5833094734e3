import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import { describe, expect, it } from 'vitest'
import { joinModels } from '#worker/onnx/join-models.ts'
import { floats } from '#worker/onnx/session.ts'
import { vectorFile } from '../../fixtures/onnx-files.ts'
import { decode, fileOf, guestOf, hostOf, node, rows, run, weight } from './made-up-models.ts'

const { AttributeProto } = onnxProto.onnx
const { INT, FLOAT: REAL, GRAPH } = AttributeProto.AttributeType

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

  it('is refused where the file would be larger than ONNX allows', () => {
    const host = hostOf(['left'], [6, 3])
    const guests = { left: guestOf(decode(vectorFile())) }
    expect(() => joinModels(host, guests, { largest: host.length + 100 })).toThrow('more than 2 GiB')
  })
})
