import { Graph } from '#worker/graph/graph.ts'
import { elementCount, type Shape, type Tensor } from '#worker/graph/tensor.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession, floats } from '#worker/onnx/session.ts'
import { stream } from '#worker/random.ts'

/** Random normal numbers, the same for the same name. */
export function normals(name: string, count: number): Float32Array {
  const random = stream(11, name)
  return Float32Array.from({ length: count }, () => random.normal())
}

/** Builds a graph of one input and runs it on `data`. */
export async function evaluate(
  shape: Shape,
  data: Float32Array,
  build: (x: Tensor) => Tensor,
  symbolic: Shape = shape,
): Promise<{ shape: Shape; values: number[]; declared: Shape }> {
  const graph = new Graph()
  const y = build(graph.input('x', symbolic))
  graph.output(y, 'y')
  const session = await createSession(encodeModel(graph))
  const { y: result } = await session.run({ x: floats(data.subarray(0, elementCount(shape)), shape) })
  await session.release()
  return { shape: result.shape, values: Array.from(result.data, Number), declared: y.shape }
}
