import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import { concat } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { placeFor } from '#worker/onnx/place.ts'
import type { Guest } from '#worker/onnx/take-over.ts'
import { createSession, type Value } from '#worker/onnx/session.ts'

const { ModelProto, TensorProto, AttributeProto } = onnxProto.onnx
const { FLOAT } = TensorProto.DataType

export const rows = Float32Array.from({ length: 8 }, (_, i) => (i % 3) - 0.5 * i)
export const decode = (bytes: Uint8Array) => ModelProto.decode(bytes)

export async function run(
  model: Uint8Array,
  feeds: Record<string, Value>,
): Promise<Record<string, number[]>> {
  const session = await createSession(model)
  const outputs = await session.run(feeds)
  await session.release()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data, Number)]),
  )
}

/** A model whose inputs go through guests, side by side; only the outputs `read` of each place are read. */
export function hostOf(
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

export const guestOf = (proto: onnx.IModelProto, taps = ['hidden', 'top'], source = 'file'): Guest => ({
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
export function fileOf({
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

export const weight = (name: string, values: number[]) => ({
  name,
  dims: [values.length],
  dataType: FLOAT,
  floatData: values,
})
export const node = (
  opType: string,
  input: string[],
  output: string[],
  attribute: onnx.IAttributeProto[] = [],
  domain = '',
) => ({ opType, name: opType, input, output, attribute, domain })
const { INT, INTS } = AttributeProto.AttributeType
export const int = (name: string, i: number) => ({ name, type: INT, i })
export const ints = (name: string, values: number[]) => ({ name, type: INTS, ints: values })
