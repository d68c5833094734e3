import type { onnx } from 'onnx-proto'
import { isOwnDomain, raiseNodes, withGraphs } from './raise-opset.ts'
import { Unjoinable } from './unjoinable.ts'

/** A model that another one takes over. */
export interface Guest {
  readonly proto: onnx.IModelProto
  /** Its only input. */
  readonly input: string
  /** The tensors that are wanted of it, in the order of the outputs of its place. */
  readonly taps: readonly string[]
  /** What it is a copy of: guests of the same source share their weights and functions. */
  readonly source: string
}

/** What the names of a guest become in the host. */
export interface GuestNames {
  /** Begins the names of its nodes and tensors. */
  readonly prefix: string
  /** Begins the names of its weights and of the domains of its functions. */
  readonly shared: string
  /** The tensor of the host that it reads. */
  readonly input: string
}

/** A tensor of a guest, and what it is called in the host. */
interface WantedTap {
  readonly tap: string
  readonly output: string
}

/** The part of a guest that its wanted taps need, as the host holds it. */
interface Copy {
  readonly node: onnx.INodeProto[]
  readonly initializer: onnx.ITensorProto[]
  readonly sparseInitializer: onnx.ISparseTensorProto[]
  readonly functions: onnx.IFunctionProto[]
  /** Versions of the operators by domain, without ONNX's own. */
  readonly domains: ReadonlyMap<string, number>
}

/** @throws Unjoinable when a node cannot be said in the version `to` of ONNX's operators */
export function copyGuest(
  { proto, input }: Guest,
  wanted: readonly WantedTap[],
  names: GuestNames,
  version: { from: number; to: number },
): Copy {
  const graph = proto.graph!
  const { nodes, needed } = neededNodes(
    graph.node!,
    wanted.map(({ tap }) => tap),
  )
  const initializer = (graph.initializer ?? []).filter(({ name }) => needed.has(name!))
  const sparseInitializer = (graph.sparseInitializer ?? []).filter(({ values }) => needed.has(values!.name!))
  const weights = new Set([...initializer, ...sparseInitializer.map(({ values }) => values!)].map(nameOf))
  const functions = neededFunctions(proto, nodes)
  const domainOf = (node: onnx.INodeProto): string => {
    if (functions.has(functionKey(node.domain, node.opType))) return names.shared + (node.domain ?? '')
    return isOwnDomain(node.domain) ? '' : node.domain!
  }
  const rename = (name: string, ours: ReadonlySet<string>): string => {
    if (name === '') return ''
    if (name === input) return names.input
    return (ours.has(name) ? names.shared : names.prefix) + name
  }
  const renameNode = (node: onnx.INodeProto, ours: ReadonlySet<string>): onnx.INodeProto => ({
    ...withGraphs(node, (inner) => renameGraph(inner, ours)),
    name: node.name ? names.prefix + node.name : '',
    domain: domainOf(node),
    input: (node.input ?? []).map((name) => rename(name, ours)),
    output: (node.output ?? []).map((name) => rename(name, ours)),
  })
  const renameGraph = (inner: onnx.IGraphProto, outer: ReadonlySet<string>): onnx.IGraphProto => {
    const local = new Set([...(inner.input ?? []), ...(inner.initializer ?? [])].map(nameOf))
    const ours = new Set([...outer].filter((name) => !local.has(name)))
    const renamed = <T extends { name?: string | null }>(one: T): T => ({
      ...one,
      name: rename(one.name ?? '', ours),
    })
    return {
      name: inner.name,
      input: inner.input?.map(renamed),
      output: inner.output?.map(renamed),
      initializer: inner.initializer?.map(renamed),
      sparseInitializer: inner.sparseInitializer?.map((one) => ({ ...one, values: renamed(one.values!) })),
      node: (inner.node ?? []).map((node) => renameNode(node, ours)),
    }
  }
  const taps = wanted.map(({ tap, output }): onnx.INodeProto => {
    return { opType: 'Identity', name: output, input: [rename(tap, weights)], output: [output] }
  })
  const calls = [...nodes, ...[...functions.values()].flatMap(({ node }) => node ?? [])].flatMap(withInner)
  return {
    node: [...raiseNodes(nodes, version.from, version.to).map((node) => renameNode(node, weights)), ...taps],
    initializer: initializer.map((tensor) => ({ ...tensor, name: rename(tensor.name!, weights) })),
    sparseInitializer: sparseInitializer.map((one) => {
      return { ...one, values: { ...one.values, name: rename(one.values!.name!, weights) } }
    }),
    functions: [...functions.values()].map((one) => renameFunction(one, names, domainOf, version.to)),
    domains: domainsOf(proto, calls, domainOf),
  }
}

/** What tells functions of a model apart. */
export const functionKey = (domain?: string | null, name?: string | null): string =>
  JSON.stringify([domain ?? '', name ?? ''])

/** The graphs in the attributes of a node. */
export const graphsIn = ({ attribute }: onnx.INodeProto): onnx.IGraphProto[] =>
  (attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])])

/** What a node reads, also inside the graphs of its attributes. */
export function namesRead(node: onnx.INodeProto): string[] {
  const all = withInner(node)
  const results = all.flatMap(graphsIn).flatMap(({ output }) => (output ?? []).map(nameOf))
  return [...all.flatMap(({ input }) => input ?? []), ...results]
}

const nameOf = ({ name }: { name?: string | null }): string => name ?? ''

/** A node and all nodes inside it. */
const withInner = (node: onnx.INodeProto): onnx.INodeProto[] => [
  node,
  ...graphsIn(node).flatMap((graph) => (graph.node ?? []).flatMap(withInner)),
]

/** The nodes that tensors depend on, in order, and all names that they read. */
function neededNodes(
  nodes: readonly onnx.INodeProto[],
  tensors: readonly string[],
): { nodes: onnx.INodeProto[]; needed: ReadonlySet<string> } {
  const needed = new Set(tensors)
  const living = nodes.toReversed().filter((node) => {
    if (!node.output!.some((name) => needed.has(name))) return false
    for (const name of namesRead(node)) needed.add(name)
    return true
  })
  return { nodes: living.reverse(), needed }
}

/** The functions of a model that nodes call, also from within others. */
function neededFunctions(
  { functions }: onnx.IModelProto,
  nodes: readonly onnx.INodeProto[],
): ReadonlyMap<string, onnx.IFunctionProto> {
  const known = Map.groupBy(functions ?? [], ({ domain, name }) => functionKey(domain, name))
  const found = new Map<string, onnx.IFunctionProto>()
  const visit = (node: onnx.INodeProto): void => {
    const key = functionKey(node.domain, node.opType)
    const [called, another] = known.get(key) ?? []
    if (!called || found.has(key)) return
    if (another)
      throw new Unjoinable(`it has several functions ${called.name} that are told apart by their overload`)
    found.set(key, called)
    for (const inner of (called.node ?? []).flatMap(withInner)) visit(inner)
  }
  for (const node of nodes.flatMap(withInner)) visit(node)
  return found
}

function renameFunction(
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

/** The versions of the domains that nodes name. */
function domainsOf(
  { opsetImport }: onnx.IModelProto,
  nodes: readonly onnx.INodeProto[],
  domainOf: (node: onnx.INodeProto) => string,
): Map<string, number> {
  const imports = new Map((opsetImport ?? []).map(({ domain, version }) => [domain ?? '', Number(version)]))
  const named = nodes.map((node) => [domainOf(node), imports.get(node.domain ?? '') ?? 1] as const)
  return new Map(named.filter(([domain]) => domain !== ''))
}
