import { Problem } from '#contract/problem.ts'

/**
 * The safetensors format (https://github.com/huggingface/safetensors): header length as 64 bits, little-endian; a JSON
 * header {name: {dtype, shape, data_offsets}}, with text pairs under `__metadata__`; then the data without holes.
 */
export type TensorData = Float32Array | Float64Array | BigInt64Array

export interface StoredTensor {
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: TensorData
}

/** A vector as a tensor. */
export function vector(data: TensorData): StoredTensor {
  return { shape: [data.length], data }
}

export interface Safetensors {
  tensors: Record<string, StoredTensor>
  metadata: Record<string, string>
}

const arrays = { F32: Float32Array, F64: Float64Array, I64: BigInt64Array } as const
type Dtype = keyof typeof arrays

const headerStart = 8
const longestHeader = 100_000_000

export function dtypeOf(data: TensorData): Dtype {
  return (Object.keys(arrays) as Dtype[]).find((dtype) => data instanceof arrays[dtype])!
}

/** Throws RangeError when a shape does not fit its data or a name is reserved. */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  // Wide elements first, so that every tensor starts at a multiple of its element's size.
  const entries = Object.entries(tensors).toSorted(
    ([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  )
  let offset = 0
  const described = entries.map(([name, { shape, data }]) => {
    if (name === '__metadata__') throw new RangeError('a tensor cannot be named __metadata__')
    if (elements(shape) !== data.length)
      throw new RangeError(`tensor ${name} of shape [${shape.join(', ')}] has ${data.length} elements`)
    const begin = offset
    offset += data.byteLength
    return [name, { dtype: dtypeOf(data), shape, data_offsets: [begin, offset] }] as const
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...described])))
  const dataStart = Math.ceil((headerStart + header.length) / 8) * 8
  const bytes = Buffer.alloc(dataStart + offset, ' ')
  bytes.writeBigUInt64LE(BigInt(dataStart - headerStart))
  bytes.set(header, headerStart)
  described.forEach(([, { data_offsets }], i) => {
    bytes.set(bytesOf(entries[i][1].data), dataStart + data_offsets[0])
  })
  return bytes
}

/** Throws `file-unreadable`, naming `where`, when the bytes are not a complete safetensors file of these dtypes. */
export function decodeSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const refuse = (detail: string): never => {
    throw new Problem('file-unreadable', where, `not a safetensors file: ${detail}`)
  }
  if (bytes.length < headerStart) refuse(`${bytes.length} bytes`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > longestHeader || headerStart + length > bytes.length) refuse(`a header of ${length} bytes`)
  const dataStart = headerStart + length
  const header = parseHeader(Buffer.from(bytes.subarray(headerStart, dataStart)).toString(), refuse)
  const { __metadata__: metadata = {}, ...described } = header
  if (!isTextPairs(metadata)) return refuse('metadata that is not text')

  const spans: [number, number][] = []
  const tensors = Object.entries(described).map(([name, value]): [string, StoredTensor] => {
    if (!isDescription(value)) return refuse(`the description of tensor ${name}`)
    const [begin, end] = value.data_offsets
    const Elements = arrays[value.dtype]
    const inside = end <= bytes.length - dataStart
    if (!inside || end - begin !== elements(value.shape) * Elements.BYTES_PER_ELEMENT)
      return refuse(`the extent of tensor ${name}`)
    spans.push([begin, end])
    const own = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end))
    return [name, { shape: value.shape, data: new Elements(own.buffer) }]
  })
  const ends = spans
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
    .reduce((at, [begin, end]) => (begin === at ? end : NaN), 0)
  if (ends !== bytes.length - dataStart) refuse('tensors that overlap or leave holes')
  return { tensors: Object.fromEntries(tensors), metadata }
}

function parseHeader(text: string, refuse: (detail: string) => never): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text)
    if (isRecord(header)) return header
  } catch (error) {
    return refuse((error as Error).message)
  }
  return refuse('a header that is not an object')
}

interface Description {
  dtype: Dtype
  shape: number[]
  data_offsets: [number, number]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTextPairs = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string')

const areSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)

const isDescription = (value: unknown): value is Description =>
  isRecord(value) &&
  Object.keys(arrays).includes(value['dtype'] as string) &&
  areSizes(value['shape']) &&
  areSizes(value['data_offsets']) &&
  value['data_offsets'].length === 2

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

export const bytesOf = (data: TensorData): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
