import type { onnx } from 'onnx-proto'
import { raiseNodes, withGraphs } from './raise-opset.ts'

/** What the names of a guest become in the host. */
export interface GuestNames {
  /** Begins the names of its nodes and tensors. */
  readonly prefix: string
  /** Begins the names of its weights and of the domains of its functions. */
  readonly shared: string
  /** The tensor of the host that it reads. */
  readonly input: string
}

/** What decides the new names. */
export interface Renaming {
  readonly names: GuestNames
  /** The guest's own input. */
  readonly input: string
  /** Its names that are shared: weights, where no inner graph has such a name itself. */
  readonly weights: ReadonlySet<string>
  domainOf(node: onnx.INodeProto): string
}

export function rename(name: string, { names, input, weights }: Renaming): string {
  if (name === '') return ''
  if (name === input) return names.input
  return (weights.has(name) ? names.shared : names.prefix) + name
}

export const renamed = <T extends { name?: string | null }>(one: T, renaming: Renaming): T => ({
  ...one,
  name: rename(nameOf(one), renaming),
})

export function renameNode(node: onnx.INodeProto, renaming: Renaming): onnx.INodeProto {
  return {
    ...withGraphs(node, (inner) => renameGraph(inner, renaming)),
    name: node.name ? renaming.names.prefix + node.name : '',
    domain: renaming.domainOf(node),
    input: (node.input ?? []).map((name) => rename(name, renaming)),
    output: (node.output ?? []).map((name) => rename(name, renaming)),
  }
}

function renameGraph(inner: onnx.IGraphProto, outer: Renaming): onnx.IGraphProto {
  const local = new Set([...(inner.input ?? []), ...(inner.initializer ?? [])].map(nameOf))
  const weights = new Set([...outer.weights].filter((name) => !local.has(name)))
  const own = { ...outer, weights }
  const all = <T extends { name?: string | null }>(list?: T[] | null) => list?.map((one) => renamed(one, own))
  return {
    name: inner.name,
    input: all(inner.input),
    output: all(inner.output),
    initializer: all(inner.initializer),
    sparseInitializer: inner.sparseInitializer?.map((one) => ({ ...one, values: renamed(one.values!, own) })),
    node: (inner.node ?? []).map((node) => renameNode(node, own)),
  }
}

export function renameFunction(
  one: onnx.IFunctionProto,
  { shared }: GuestNames,
  domainOf: (node: onnx.INodeProto) => string,
  to: number,
): onnx.IFunctionProto {
  const imports = new Map(
    (one.opsetImport ?? []).map(({ domain, version }) => [domain ?? '', Number(version)]),
  )
  const from = imports.get('') ?? imports.get('ai.onnx') ?? to
  const inDomains = (node: onnx.INodeProto): onnx.INodeProto => ({
    ...withGraphs(node, (graph) => ({ ...graph, node: (graph.node ?? []).map(inDomains) })),
    domain: domainOf(node),
  })
  const called = (one.node ?? []).flatMap(withInner)
  const domains = new Map(called.map((node) => [domainOf(node), imports.get(node.domain ?? '') ?? 1]))
  return {
    ...one,
    domain: shared + (one.domain ?? ''),
    node: raiseNodes((one.node ?? []).map(inDomains), from, to),
    opsetImport: [...domains.set('', to)].map(([domain, version]) => ({ domain, version })),
  }
}

/** The graphs in the attributes of a node. */
export const graphsIn = ({ attribute }: onnx.INodeProto): onnx.IGraphProto[] =>
  (attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])])

/** A node and all nodes inside it. */
export const withInner = (node: onnx.INodeProto): onnx.INodeProto[] => [
  node,
  ...graphsIn(node).flatMap((graph) => (graph.node ?? []).flatMap(withInner)),
]

export const nameOf = ({ name }: { name?: string | null }): string => name ?? ''
