import type { DType, Shape, TensorData } from './tensor.ts'

/** Constants of more values are compared only where all values are the same. */
const dedupeLimit = 64

/** The values of a constant as its graph stores them. */
export function constantData(value: TensorData | readonly number[], dtype: DType): TensorData {
  if (ArrayBuffer.isView(value)) return value
  if (dtype === 'int64') return BigInt64Array.from(value, BigInt)
  return dtype === 'bool' ? Uint8Array.from(value) : Float32Array.from(value)
}

/** What tells a constant from others; undefined when it is too large to compare. Uniform ones always compare. */
export function keyOf(data: TensorData, shape: Shape, dtype: DType): string | undefined {
  const uniform = data.every((value: number | bigint) => Object.is(value, data[0]))
  if (!uniform && data.length > dedupeLimit) return undefined
  const values = Array.from<number | bigint>(uniform ? data.slice(0, 1) : data)
  return `${dtype}[${shape}]${values.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join(',')}`
}
