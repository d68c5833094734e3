import { Problem } from '#contract/problem.ts'
import { constantData, keyOf } from './constant.ts'
import type { Application, Attribute, Primitive } from './primitive.ts'
import { elementCount, type DType, type Shape, type Tensor, type TensorData } from './tensor.ts'

/** One application of a primitive. A composite's entry follows the nodes that it expanded to. */
export interface GraphNode {
  readonly primitive: Primitive<never>
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly attributes: unknown
  readonly saved: readonly Tensor[]
  /** Where it was built: "cell 1 / step 0 / sparse_glu". */
  readonly scope: string
  /** Number of preceding nodes that a composite stands for; 0 for an operator. */
  readonly parts: number
  /** The ONNX form of an operator; undefined for a composite. */
  readonly emitted?: {
    readonly inputs: readonly Tensor[]
    readonly attributes: Readonly<Record<string, Attribute>>
  }
}

export interface Initializer {
  readonly tensor: Tensor
  readonly data: TensorData
}

export interface GraphOutput {
  readonly name: string
  readonly tensor: Tensor
}

/** What the graphs of one model share: names are unique across them, nodes go to the innermost open one. */
interface Family {
  counter: number
  readonly open: Graph[]
}

/**
 * An append-only list of nodes over symbolic tensors. Axis sizes are static, but one axis may be the symbolic
 * batch (see Shape). Scan bodies and the branches of a condition are child graphs; while one is open, every node
 * and constant goes to it, so that the same functions build it, and tensors of outer graphs are captured by name.
 */
export class Graph {
  readonly name: string
  readonly symbol: string
  readonly nodes: GraphNode[] = []
  readonly inputs: Tensor[] = []
  readonly outputs: GraphOutput[] = []
  readonly initializers: Initializer[] = []
  readonly #prefix: string
  readonly #constants = new Map<string, Tensor>()
  readonly #producers = new Map<string, GraphNode>()
  readonly #family: Family
  #scope: string

  /** `symbol` names the symbolic axis −1 in the model ("batch"); `parent` makes this a child graph. */
  constructor(options: { name?: string; prefix?: string; symbol?: string; parent?: Graph } = {}) {
    const { parent } = options
    this.name = options.name ?? 'graph'
    this.symbol = options.symbol ?? parent?.symbol ?? 'batch'
    this.#prefix = options.prefix ?? (parent ? parent.#prefix : '')
    this.#family = parent ? parent.#family : { counter: 0, open: [this] }
    this.#scope = parent ? parent.where : ''
  }

  /** The graph that nodes go to now: this one, or the child that is being built inside it. */
  get target(): Graph {
    return this.#family.open[this.#family.open.length - 1]
  }

  /** The scope of what is being built now, e.g. "cell 1 / step 0". */
  get where(): string {
    return this.target.#scope
  }

  /** Builds a child graph: nodes of this graph's tensors go to `child` meanwhile. */
  within<T>(child: Graph, build: () => T): T {
    this.#family.open.push(child)
    try {
      return build()
    } finally {
      this.#family.open.pop()
    }
  }

  input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
    if (this.inputs.some((input) => input.name === name))
      throw new Problem('internal', `graph ${this.name}`, `two inputs are named ${name}`)
    const tensor: Tensor = { graph: this, name, shape: [...shape], dtype }
    this.inputs.push(tensor)
    return tensor
  }

  /** A constant; equal small ones are stored once. A plain number is a scalar unless a shape is given. */
  constant(
    value: number | TensorData | readonly number[],
    shape?: Shape,
    dtype: DType = value instanceof BigInt64Array
      ? 'int64'
      : value instanceof Uint8Array
        ? 'bool'
        : 'float32',
  ): Tensor {
    const graph = this.target
    const data = constantData(typeof value === 'number' ? [value] : value, dtype)
    const dims = shape ?? (typeof value === 'number' ? [] : [data.length])
    if (elementCount(dims) !== data.length)
      throw new Problem(
        'shape-mismatch',
        graph.#scope || graph.name,
        `constant of ${data.length} values as [${dims}]`,
      )
    const key = keyOf(data, dims, dtype)
    const known = key === undefined ? undefined : graph.#constants.get(key)
    if (known) return known
    const tensor = graph.#store(graph.#unique('constant'), data, dims, dtype)
    if (key !== undefined) graph.#constants.set(key, tensor)
    return tensor
  }

  /** A weight that keeps its name in an exported model. */
  initializer(name: string, data: Float32Array, shape: Shape): Tensor {
    if (elementCount(shape) !== data.length)
      throw new Problem('shape-mismatch', name, `${data.length} values as [${shape}]`)
    return this.#store(name, data, shape, 'float32')
  }

  /** Declares a result of the model. The tensor itself takes the name: no copy is made. */
  output(tensor: Tensor, name: string): void {
    this.outputs.push({ name, tensor })
  }

  /** Names what `build` adds; scopes nest, and every problem inside says where. */
  scope<T>(name: string, build: () => T): T {
    const graph = this.target
    return graph.#inScope(graph.#scope ? `${graph.#scope} / ${name}` : name, build)
  }

  /** Builds under the scope of an earlier node, as its gradient does. */
  inScopeOf<T>(node: GraphNode, suffix: string, build: () => T): T {
    return this.target.#inScope(node.scope ? `${node.scope} / ${suffix}` : suffix, build)
  }

  #inScope<T>(scope: string, build: () => T): T {
    const previous = this.#scope
    this.#scope = scope
    try {
      return build()
    } finally {
      this.#scope = previous
    }
  }

  /** Adds one use of a primitive; throws a problem naming the scope and the shapes when they do not fit. */
  apply<A = undefined>(primitive: Primitive<A>, inputs: readonly Tensor[], attributes?: A): Tensor[] {
    const graph = this.target
    const given = attributes as A
    const fail = (reason: string): never => {
      const shapes = inputs.map((input) => `[${input.shape}]`).join(' and ')
      throw new Problem(
        'shape-mismatch',
        graph.#scope || graph.name,
        `${primitive.name} of ${shapes}: ${reason}`,
      )
    }
    const foreign = inputs.find((input) => !this.#family.open.includes(input.graph))
    if (foreign) fail(`${foreign.name} belongs to a graph that is not open here`)
    const start = graph.nodes.length
    const common = { primitive: primitive as Primitive<never>, inputs, attributes, scope: graph.#scope }
    if ('lower' in primitive) {
      const { outputs, saved = [] } = primitive.lower(graph, inputs, given)
      graph.#push({ ...common, outputs, saved, parts: graph.nodes.length - start })
      return [...outputs]
    }
    const outputs = primitive
      .infer(inputs, given, fail)
      .map(({ shape, dtype }) => ({ graph, name: graph.#unique(primitive.name), shape, dtype }))
    const emission = primitive.emit?.(graph, given, inputs) ?? {}
    graph.#push({
      ...common,
      outputs,
      saved: [],
      parts: 0,
      emitted: {
        inputs: [...inputs, ...(emission.constants ?? [])],
        attributes: emission.attributes ?? {},
      },
    })
    return outputs
  }

  /** What computed a tensor of this graph, a composite rather than its parts; nothing for an input or a constant. */
  producerOf(tensor: Tensor): GraphNode | undefined {
    return this.#producers.get(tensor.name)
  }

  #push(node: GraphNode): void {
    this.nodes.push(node)
    for (const output of node.outputs) this.#producers.set(output.name, node)
  }

  #store(name: string, data: TensorData, shape: Shape, dtype: DType): Tensor {
    const tensor: Tensor = { graph: this, name, shape: [...shape], dtype }
    this.initializers.push({ tensor, data })
    return tensor
  }

  #unique(base: string): string {
    return `${this.#prefix}${base}_${this.#family.counter++}`
  }
}

/** Names of all tensors that a graph and the graphs inside it read. */
export function namesRead(graph: Graph): Set<string> {
  const names = new Set(graph.outputs.map((output) => output.tensor.name))
  for (const node of graph.nodes) {
    for (const input of node.emitted?.inputs ?? []) names.add(input.name)
    for (const child of childGraphs(node)) for (const name of namesRead(child)) names.add(name)
  }
  return names
}

/** The bodies and branches of a node. */
export function childGraphs(node: GraphNode): Graph[] {
  return Object.values(node.emitted?.attributes ?? {}).flatMap((attribute) =>
    typeof attribute === 'object' && 'graph' in attribute ? [attribute.graph] : [],
  )
}

/** The view of a node that its gradient rule sees. */
export function applicationOf(
  node: GraphNode,
  received: (output: Tensor) => boolean,
  needs: (input: Tensor) => boolean,
): Application<never> {
  return {
    graph: node.outputs[0].graph,
    inputs: node.inputs,
    outputs: node.outputs,
    attributes: node.attributes as never,
    saved: node.saved,
    received: (i) => received(node.outputs[i]),
    needs: (i) => needs(node.inputs[i]),
  }
}
