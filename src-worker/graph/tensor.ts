import type { Graph } from './graph.ts'

export type DType = 'float32' | 'int64' | 'bool'

/**
 * Sizes of the axes. A negative size −n is n times the symbolic batch of an exported graph, so `[-1, 16, 8]`
 * reshapes to `[-16, 8]` and back; at most one axis may be symbolic.
 */
export type Shape = readonly number[]

/** Values of an initializer, by dtype: float32, int64, bool. */
export type TensorData = Float32Array | BigInt64Array | Uint8Array

/** A symbolic handle on one value of a graph; it carries no numbers. */
export interface Tensor {
  readonly graph: Graph
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
}

/** Number of elements; negative when it is a multiple of the symbolic batch. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

/** The common shape of two operands under NumPy's broadcasting, or undefined when there is none. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length)
  const result: number[] = []
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1
    const right = b[b.length - rank + i] ?? 1
    if (left !== right && left !== 1 && right !== 1) return undefined
    result.push(left === 1 ? right : left)
  }
  return result
}

/** Axis counted from the front: −1 is the last of `rank` axes. */
export function normaliseAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}
