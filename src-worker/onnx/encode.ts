import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import { childGraphs, namesRead, type Graph, type GraphNode, type Initializer } from '../graph/graph.ts'
import type { Attribute } from '../graph/primitive.ts'
import { normaliseAxis, type DType, type Shape, type Tensor } from '../graph/tensor.ts'
import { narrowSplit } from './narrow-split.ts'

const { AttributeProto, ModelProto, TensorProto } = onnxProto.onnx

const dataTypes: Record<DType, number> = {
  float32: TensorProto.DataType.FLOAT,
  int64: TensorProto.DataType.INT64,
  bool: TensorProto.DataType.BOOL,
}

/** What models are written in, unless told otherwise. */
export const opset = 17
export const irVersion = 8

interface EncodeOptions {
  opset?: number
  irVersion?: number
  /** Free-text properties of the model, e.g. its preprocessing. */
  metadata?: Readonly<Record<string, string>>
  /** The most outputs of a Split; wider ones become trees. No limit when omitted. */
  widestSplit?: number
}

/**
 * A graph as an ONNX model (operator set 17, IR version 8). Nodes that no output needs are left out. Node names
 * carry their scope, which is how session errors find back to the place in the network. A graph input or initializer
 * that is declared an output is copied; every other output is named directly.
 */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): Uint8Array {
  const { metadata = {}, widestSplit = Infinity } = options
  const written = { opset, irVersion, ...options }
  const model: onnx.IModelProto = {
    irVersion: written.irVersion,
    opsetImport: [{ domain: '', version: written.opset }],
    producerName: 'shapwright',
    graph: graphProto(graph, { renamed: outputNames(graph), widestSplit }),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }
  return ModelProto.encode(model).finish()
}

/** The names that tensors take as outputs of the model. */
function outputNames(graph: Graph): Map<string, string> {
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs.map((output) => output.name)))
  const names = new Map<string, string>()
  for (const { name, tensor } of graph.outputs)
    if (computed.has(tensor.name) && !names.has(tensor.name)) names.set(tensor.name, name)
  return names
}

/** What holds for a model and for every graph inside it. */
interface Encoding {
  readonly renamed: ReadonlyMap<string, string>
  readonly widestSplit: number
}

function graphProto(graph: Graph, encoding: Encoding): onnx.IGraphProto {
  const nameOf = (tensor: Tensor) => encoding.renamed.get(tensor.name) ?? tensor.name
  const { nodes, needed } = livingNodes(graph)
  const encoded = nodes.map((node) => nodeProtos(node, nameOf, encoding))
  const copies = graph.outputs.filter(({ name, tensor }) => nameOf(tensor) !== name)
  return {
    name: graph.name,
    node: [
      ...encoded.flatMap((part) => part.nodes),
      ...copies.map(({ name, tensor }) => ({
        opType: 'Identity',
        name,
        input: [nameOf(tensor)],
        output: [name],
      })),
    ],
    initializer: [
      ...graph.initializers.filter(({ tensor }) => needed.has(tensor.name)).map(tensorProto),
      ...encoded.flatMap((part) => part.sizes),
    ],
    input: graph.inputs.map((tensor) => valueProto(tensor.name, tensor, graph.symbol)),
    output: graph.outputs.map(({ name, tensor }) => valueProto(name, tensor, graph.symbol)),
  }
}

/** The operators that outputs need, in order, and the names that they read, also inside bodies and branches. */
function livingNodes(graph: Graph): { nodes: GraphNode[]; needed: ReadonlySet<string> } {
  const needed = new Set(graph.outputs.map(({ tensor }) => tensor.name))
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.emitted || !node.outputs.some((output) => needed.has(output.name))) return false
    for (const input of node.emitted.inputs) needed.add(input.name)
    for (const child of childGraphs(node)) for (const name of namesRead(child)) needed.add(name)
    return true
  })
  return { nodes: nodes.reverse(), needed }
}

/** A node as the model holds it: one, or a tree of Splits with the sizes that they need. */
function nodeProtos(
  node: GraphNode,
  nameOf: (tensor: Tensor) => string,
  encoding: Encoding,
): { nodes: onnx.INodeProto[]; sizes: onnx.ITensorProto[] } {
  const { primitive, outputs, scope, emitted } = node
  const name = scope ? `${scope} / ${outputs[0].name}` : outputs[0].name
  const attribute = Object.entries(emitted!.attributes).map(([key, value]) =>
    attributeProto(key, value, encoding),
  )
  if (primitive.name === 'Split' && outputs.length > encoding.widestSplit) {
    const axis = normaliseAxis(Number(attribute[0].i), outputs[0].shape.length)
    const pieces = outputs.map((output) => ({ name: nameOf(output), size: output.shape[axis] }))
    const input = nameOf(emitted!.inputs[0])
    const { nodes, sizes } = narrowSplit(name, input, pieces, attribute[0], encoding.widestSplit)
    return { nodes, sizes: sizes.map(({ name, values }) => integersProto(name, values)) }
  }
  const opType = ('operator' in primitive && primitive.operator) || primitive.name
  const input = emitted!.inputs.map(nameOf)
  return { nodes: [{ opType, name, input, output: outputs.map(nameOf), attribute }], sizes: [] }
}

function integersProto(name: string, values: readonly number[]): onnx.ITensorProto {
  const data = BigInt64Array.from(values, BigInt)
  return { name, dims: [values.length], dataType: dataTypes.int64, rawData: new Uint8Array(data.buffer) }
}

function attributeProto(name: string, value: Attribute, encoding: Encoding): onnx.IAttributeProto {
  const { AttributeType } = AttributeProto
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value }
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) }
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float }
  if ('graph' in value) return { name, type: AttributeType.GRAPH, g: graphProto(value.graph, encoding) }
  return { name, type: AttributeType.INTS, ints: [...value] }
}

function tensorProto({ tensor, data }: Initializer): onnx.ITensorProto {
  return {
    name: tensor.name,
    dims: [...tensor.shape],
    dataType: dataTypes[tensor.dtype],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }
}

/** Name and type of an input or output; a symbolic axis n · batch is named so. */
function valueProto(
  name: string,
  { shape, dtype }: { shape: Shape; dtype: DType },
  symbol: string,
): onnx.IValueInfoProto {
  const dim = shape.map((size) =>
    size >= 0 ? { dimValue: size } : { dimParam: size === -1 ? symbol : `${-size} * ${symbol}` },
  )
  return { name, type: { tensorType: { elemType: dataTypes[dtype], shape: { dim } } } }
}
