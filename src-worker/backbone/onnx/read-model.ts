import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import type { FileInput } from '#contract/backbone.ts'
import { Problem } from '#contract/problem.ts'

const { ModelProto, TensorProto } = onnxProto.onnx

/** A tensor that depends on the input; which of them can be tapped only a run tells. */
export interface Candidate {
  readonly name: string
  readonly operator: string
  readonly scope: string
  readonly depth: number
}

/** An ONNX file, looked through but not run. */
export interface OnnxModel {
  readonly proto: onnx.IModelProto
  readonly input: FileInput
  /** Null when the file takes any number of samples. */
  readonly batch: number | null
  readonly parameters: number
  readonly producer: string
  /** From shallow to deep. */
  readonly candidates: readonly Candidate[]
}

/** Their outputs are lists or optional values, not tensors. */
const noTensors = /^(Sequence|SplitToSequence|Optional)/

/**
 * Reads an ONNX file. @throws Problem `backbone-unreadable` for what is no ONNX model, for several inputs, for an input
 * that is neither pictures nor vectors, and for weights in other files.
 */
export function readModel(bytes: Uint8Array, where: string): OnnxModel {
  const refuse = (detail: string) => new Problem('backbone-unreadable', where, detail)
  const proto = decode(bytes, refuse)
  const { graph } = proto
  if (!graph?.node?.length || !graph.output?.length) throw refuse('it is no complete ONNX model')
  const initializers = graph.initializer ?? []
  if (initializers.some(isElsewhere))
    throw refuse(
      'its weights are in other files; save it as one (in Python: onnx.save(onnx.load(path), new_path))',
    )
  const given = new Set(initializers.map(({ name }) => name))
  const inputs = (graph.input ?? []).filter(({ name }) => !given.has(name))
  if (inputs.length !== 1)
    throw refuse(`it has ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}), not one`)
  const { input, batch } = describeInput(inputs[0], refuse)
  return {
    proto,
    input,
    batch,
    parameters: initializers.reduce((sum, tensor) => sum + countNumbers(tensor), 0),
    producer: [proto.producerName, proto.producerVersion].filter(Boolean).join(' '),
    candidates: candidatesOf(graph.node, input.name),
  }
}

/** The same model with these tensors as its only outputs. */
export function withOutputs(proto: onnx.IModelProto, names: readonly string[]): Uint8Array {
  const known = new Map((proto.graph!.output ?? []).map((output) => [output.name, output]))
  const output = names.map((name) => known.get(name) ?? { name })
  return ModelProto.encode({ ...proto, graph: { ...proto.graph, output } }).finish()
}

function decode(bytes: Uint8Array, refuse: (detail: string) => Problem): onnx.IModelProto {
  try {
    return ModelProto.decode(bytes)
  } catch {
    throw refuse('it is no ONNX model, or not a whole one')
  }
}

const isElsewhere = ({ dataLocation, externalData }: onnx.ITensorProto): boolean =>
  dataLocation === TensorProto.DataLocation.EXTERNAL || (externalData?.length ?? 0) > 0

function countNumbers({ dims, dataType }: onnx.ITensorProto): number {
  const { FLOAT, FLOAT16, DOUBLE, BFLOAT16 } = TensorProto.DataType
  if (![FLOAT, FLOAT16, DOUBLE, BFLOAT16].includes(dataType!)) return 0
  return (dims ?? []).reduce<number>((product, size) => product * Number(size), 1)
}

/** A fixed axis as its size, an open one as null. */
function describeInput(
  { name, type }: onnx.IValueInfoProto,
  refuse: (detail: string) => Problem,
): Pick<OnnxModel, 'input' | 'batch'> {
  const tensor = type?.tensorType
  if (!name || tensor?.elemType !== TensorProto.DataType.FLOAT)
    throw refuse(`its input ${name ?? ''} does not take 32-bit floating-point numbers`)
  const axes = (tensor.shape?.dim ?? []).map(({ dimValue }) => Number(dimValue ?? 0) || null)
  const [batch = null, ...sample] = axes
  if (sample.length === 3) {
    const layout = sample[0] === 3 ? 'channels first' : sample[2] === 3 ? 'channels last' : null
    const [height, width] = layout === 'channels first' ? sample.slice(1) : sample
    if (layout) return { batch, input: { type: 'image', name, layout, height, width } }
  }
  const [length] = sample
  if (sample.length === 1 && length !== null) return { batch, input: { type: 'vector', name, length } }
  const shape = axes.map((size) => size ?? '?').join(', ')
  throw refuse(
    `its input ${name} has the shape [${shape}], which is neither pictures nor vectors of one length`,
  )
}

/** Everything that is computed from the input, with its longest way. */
function candidatesOf(nodes: readonly onnx.INodeProto[], input: string): Candidate[] {
  const depths = new Map([[input, 0]])
  const found: Candidate[] = []
  for (const node of nodes) {
    const before = (node.input ?? []).flatMap((name) => depths.get(name) ?? [])
    if (before.length === 0) continue
    const depth = 1 + Math.max(...before)
    const operator = node.opType ?? ''
    for (const name of node.output ?? []) {
      if (name === '') continue
      depths.set(name, depth)
      if (!noTensors.test(operator)) found.push({ name, operator, scope: scopeOf(node.name ?? ''), depth })
    }
  }
  return found.toSorted((a, b) => a.depth - b.depth)
}

/** `/layer1/layer1.0/conv1/Conv` → `layer1/layer1.0/conv1` */
function scopeOf(name: string): string {
  const end = name.lastIndexOf('/')
  return end < 0 ? '' : name.slice(0, end).replace(/^\/+/, '').trim()
}
