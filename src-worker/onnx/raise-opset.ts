import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import { Unjoinable } from './unjoinable.ts'

const { AttributeProto, TensorProto } = onnxProto.onnx

/** The versions of ONNX's own operators whose changes are known here. */
const known = { oldest: 7, newest: 25 }

/** A node under a newer definition, after the constants that it reads. */
type Raised = onnx.INodeProto[]

/**
 * A version from which on operators mean something else. All other changes between the known versions add types, or
 * inputs and attributes that may be left out, and leave a node what it is (the adapters of ONNX's version converter).
 */
interface Change {
  readonly from: number
  readonly operators: readonly string[]
  /** Null where a node cannot be said in the new version, or not surely. */
  raise(node: onnx.INodeProto): Raised | null
}

const never = () => null
const reductions = ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare']

const changes: readonly Change[] = [
  { from: 9, operators: ['Upsample', 'Scan'], raise: never },
  {
    from: 9,
    operators: ['BatchNormalization'],
    raise: (node) => (Number(attributeOf(node, 'spatial')?.i ?? 1) === 1 ? [without(node, 'spatial')] : null),
  },
  { from: 10, operators: ['Upsample', 'TopK'], raise: never },
  { from: 10, operators: ['Slice'], raise: (node) => withInputs(node, ['starts', 'ends', 'axes']) },
  { from: 11, operators: ['Resize', 'Scatter'], raise: never },
  { from: 11, operators: ['Clip'], raise: (node) => withInputs(node, ['min', 'max']) },
  { from: 11, operators: ['Pad'], raise: (node) => withInputs(node, ['pads', 'value']) },
  {
    // the share that is dropped matters in training alone
    from: 12,
    operators: ['Dropout'],
    raise: (node) => (isAlone(node) ? [without(node, 'ratio')] : null),
  },
  {
    from: 13,
    operators: ['Squeeze', 'Unsqueeze', 'ReduceSum'],
    raise: (node) => withInputs(node, ['axes']),
  },
  { from: 13, operators: ['Split'], raise: (node) => withInputs(node, ['split']) },
  {
    from: 13,
    operators: ['Softmax', 'LogSoftmax', 'Hardmax'],
    raise: overAllAxesFrom,
  },
  { from: 14, operators: ['BatchNormalization'], raise: (node) => (isAlone(node) ? [node] : null) },
  { from: 16, operators: ['RoiAlign'], raise: never },
  {
    from: 18,
    operators: reductions.map((name) => `Reduce${name}`),
    raise: (node) => withInputs(node, ['axes']),
  },
  { from: 18, operators: ['Split'], raise: (node) => [sayHowMany(node)] },
  { from: 20, operators: ['GridSample', 'DFT'], raise: never },
  { from: 21, operators: ['GroupNormalization'], raise: never },
]

/**
 * Nodes of one version of ONNX's operators in a newer one, with the graphs inside them; those of other domains stay.
 * @throws Unjoinable when one of them means something else there, and for versions that are not known.
 */
export function raiseNodes(nodes: readonly onnx.INodeProto[], from: number, to: number): onnx.INodeProto[] {
  if (from === to) return [...nodes]
  if (from < known.oldest || to > known.newest)
    throw new Unjoinable(
      `version ${from} of ONNX's operators would have to become ${to}, and only ${known.oldest} to ${known.newest} are known`,
    )
  const due = changes.filter((change) => from < change.from && change.from <= to)
  return nodes.flatMap((node) => {
    const inner = withGraphs(node, (graph) => ({ ...graph, node: raiseNodes(graph.node ?? [], from, to) }))
    if (!isOwnDomain(node.domain)) return [inner]
    return due
      .filter(({ operators }) => operators.includes(node.opType ?? ''))
      .reduce<Raised>(
        (raised, change) => {
          const [last, ...before] = raised.toReversed()
          const next = change.raise(last)
          if (next) return [...before.toReversed(), ...next]
          throw new Unjoinable(
            `${node.opType} (${node.name || node.output?.[0]}) means something else from version ${change.from} of ONNX's operators on, and ${from} would have to become ${to}`,
          )
        },
        [inner],
      )
  })
}

/** ONNX's own operators go by two names. */
export const isOwnDomain = (domain: string | null | undefined): boolean => !domain || domain === 'ai.onnx'

/** A node with the graphs of its attributes, such as the branches of an If, changed. */
export function withGraphs(
  node: onnx.INodeProto,
  change: (graph: onnx.IGraphProto) => onnx.IGraphProto,
): onnx.INodeProto {
  if (!node.attribute?.some(({ g, graphs }) => g || graphs?.length)) return node
  const attribute = node.attribute.map((one) => ({
    ...one,
    ...(one.g && { g: change(one.g) }),
    ...(one.graphs?.length && { graphs: one.graphs.map(change) }),
  }))
  return { ...node, attribute }
}

/** @throws Unjoinable where only a call of the function around a node gives its attribute a value */
function attributeOf(node: onnx.INodeProto, name: string): onnx.IAttributeProto | undefined {
  const found = node.attribute?.find((attribute) => attribute.name === name)
  if (!found?.refAttrName) return found
  const operator = `${node.opType} (${node.name || node.output?.[0]})`
  throw new Unjoinable(`the ${name} of ${operator} is told by what calls the function around it`)
}

function without(node: onnx.INodeProto, ...names: string[]): onnx.INodeProto {
  return { ...node, attribute: (node.attribute ?? []).filter(({ name }) => !names.includes(name ?? '')) }
}

/** Whether only the first output is there. */
const isAlone = ({ output }: onnx.INodeProto): boolean => (output ?? []).slice(1).every((name) => name === '')

/** From version 18 on a Split without sizes says into how many parts. */
function sayHowMany(node: onnx.INodeProto): onnx.INodeProto {
  if (node.input?.[1]) return node
  const parts = { name: 'num_outputs', type: AttributeProto.AttributeType.INT, i: node.output!.length }
  return { ...node, attribute: [...(node.attribute ?? []), parts] }
}

/** Attributes as constant inputs after the first, in this order; one that is not given is left out. */
function withInputs(node: onnx.INodeProto, names: readonly string[]): Raised {
  const owner = node.output!.find((name) => name !== '')!
  const constants = names.flatMap((name) => {
    const given = attributeOf(node, name)
    return given ? [constantFrom(given, `${owner}/${name} as an input`)] : []
  })
  const inputs = names.map((name) => (attributeOf(node, name) ? `${owner}/${name} as an input` : ''))
  while (inputs.at(-1) === '') inputs.pop()
  return [...constants, { ...without(node, ...names), input: [...node.input!.slice(0, 1), ...inputs] }]
}

/** Before version 13 a softmax ran over all axes from the named one on, as if they were one. */
function overAllAxesFrom(node: onnx.INodeProto): Raised {
  const axis = Number(attributeOf(node, 'axis')?.i ?? 1)
  const integer = (name: string, i: number) => ({ name, type: AttributeProto.AttributeType.INT, i })
  const last = { ...without(node, 'axis'), attribute: [integer('axis', -1)] }
  if (axis === -1) return [last]
  const [x] = node.input!
  const [y] = node.output!
  const made = (opType: string, input: string[], output: string, attribute: onnx.IAttributeProto[] = []) => ({
    opType,
    name: node.name && `${node.name} ${opType}`,
    input,
    output: [output],
    attribute,
  })
  return [
    made('Shape', [x], `${y}/shape before`),
    made('Flatten', [x], `${y}/flat`, [integer('axis', axis)]),
    { ...last, input: [`${y}/flat`], output: [`${y}/flat result`] },
    made('Reshape', [`${y}/flat result`, `${y}/shape before`], y),
  ]
}

function constantFrom(attribute: onnx.IAttributeProto, output: string): onnx.INodeProto {
  const isFloat = attribute.type === AttributeProto.AttributeType.FLOAT
  const whole = (attribute.ints ?? []).map(Number)
  const t = isFloat
    ? { dims: [], dataType: TensorProto.DataType.FLOAT, floatData: [attribute.f ?? 0] }
    : { dims: [whole.length], dataType: TensorProto.DataType.INT64, int64Data: whole }
  const value = { name: 'value', type: AttributeProto.AttributeType.TENSOR, t }
  return { opType: 'Constant', name: output, input: [], output: [output], attribute: [value] }
}
