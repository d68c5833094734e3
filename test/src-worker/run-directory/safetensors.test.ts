import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '#worker/run-directory/safetensors.ts'
import type { StoredTensor } from '#worker/run-directory/safetensors.ts'

const shape = fc.array(fc.nat(4), { maxLength: 3 })
const count = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1)
const tensor: fc.Arbitrary<StoredTensor> = shape.chain((sizes) => {
  const length = { minLength: count(sizes), maxLength: count(sizes) }
  const data = fc.oneof(
    fc.array(fc.float(), length).map((values) => Float32Array.from(values)),
    fc.array(fc.double(), length).map((values) => Float64Array.from(values)),
    fc
      .array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), length)
      .map((values) => BigInt64Array.from(values)),
  )
  return data.map((values) => ({ shape: sizes, data: values }))
})
const name = fc.string().filter((text) => text !== '__metadata__')
const file = fc.record({
  tensors: fc.dictionary(name, tensor, { noNullPrototype: true }),
  metadata: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
})

const example = {
  tensors: {
    alpha: { shape: [2, 1], data: Float32Array.of(1, -2) },
    step: { shape: [], data: BigInt64Array.of(7n) },
  },
  metadata: { by: 'test' },
}

/** The bytes of the format, written down by hand. */
function bytesFrom(header: string, data: readonly number[] = []): Uint8Array {
  const text = Buffer.from(header)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, Buffer.from(data)])
}

describe('safetensors', () => {
  it('reads back what was written', () =>
    fc.assert(
      fc.property(file, (content) => {
        expect(decodeSafetensors(encodeSafetensors(content), 'memory')).toEqual(content)
      }),
    ))

  it('follows the public format', () => {
    const bytes = Buffer.from(encodeSafetensors(example))
    const length = Number(bytes.readBigUInt64LE())
    expect((8 + length) % 8).toBe(0)
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      __metadata__: { by: 'test' },
      step: { dtype: 'I64', shape: [], data_offsets: [0, 8] },
      alpha: { dtype: 'F32', shape: [2, 1], data_offsets: [8, 16] },
    })
    expect(bytes.readBigInt64LE(8 + length)).toBe(7n)
    expect(bytes.readFloatLE(8 + length + 12)).toBe(-2)
    expect(bytes.length).toBe(8 + length + 16)
  })

  it('reads files of others, without metadata and with tensors in any order', () => {
    const header =
      '{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    const { tensors, metadata } = decodeSafetensors(bytesFrom(header, [0, 0, 128, 63, 0, 0, 0, 64]), 'memory')
    expect(tensors).toEqual({
      b: { shape: [1], data: Float32Array.of(2) },
      a: { shape: [1], data: Float32Array.of(1) },
    })
    expect(metadata).toEqual({})
  })

  it.each([
    ['nothing', Uint8Array.of()],
    ['seven bytes', new Uint8Array(7)],
    ['a header longer than the file', Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d)],
    ['a header of absurd length', new Uint8Array(16).fill(255)],
    ['no JSON', bytesFrom('{"a"')],
    ['no object', bytesFrom('[]')],
    ['null', bytesFrom('null')],
    ['metadata with numbers', bytesFrom('{"__metadata__":{"a":1}}')],
    ['a tensor without description', bytesFrom('{"a":3}')],
    ['an unknown dtype', bytesFrom('{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}', [0, 0, 0, 0])],
    ['a negative size', bytesFrom('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', [0, 0, 0, 0])],
    [
      'a shape that does not fit',
      bytesFrom('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', [0, 0, 0, 0]),
    ],
    [
      'data beyond the end',
      bytesFrom('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', [0, 0, 0, 0]),
    ],
    [
      'data without owner',
      bytesFrom('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', [0, 0, 0, 0, 0]),
    ],
    [
      'a hole before the data',
      bytesFrom('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', [0, 0, 0, 0, 0, 0, 0, 0]),
    ],
    [
      'tensors that overlap',
      bytesFrom(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        [0, 0, 0, 0],
      ),
    ],
  ])('refuses %s', (_, bytes) => {
    const problem = expect.objectContaining({ code: 'file-unreadable', where: 'some/file' })
    expect(() => decodeSafetensors(bytes, 'some/file')).toThrow(problem)
  })

  it('refuses every file that is cut short', () => {
    const bytes = encodeSafetensors(example)
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeSafetensors(bytes.subarray(0, length), 'cut')).toThrow('not a safetensors file')
  })

  it('refuses to write a tensor whose shape does not fit, or that takes the place of the metadata', () => {
    const data = Float32Array.of(1, 2, 3)
    expect(() => encodeSafetensors({ tensors: { a: { shape: [2], data } }, metadata: {} })).toThrow(
      RangeError,
    )
    expect(() =>
      encodeSafetensors({ tensors: { __metadata__: { shape: [3], data } }, metadata: {} }),
    ).toThrow(RangeError)
  })
})
