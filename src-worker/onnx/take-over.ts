import type { onnx } from 'onnx-proto'
import { isOwnDomain, raiseNodes } from './raise-opset.ts'
import {
  graphsIn,
  nameOf,
  rename,
  renamed,
  renameFunction,
  renameNode,
  withInner,
  type GuestNames,
  type Renaming,
} from './rename-guest.ts'
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
  const tapped = wanted.map(({ tap }) => tap)
  const { nodes, needed } = neededNodes(graph.node!, tapped)
  const initializer = (graph.initializer ?? []).filter(({ name }) => needed.has(name!))
  const sparseInitializer = (graph.sparseInitializer ?? []).filter(({ values }) => needed.has(values!.name!))
  const weights = new Set([...initializer, ...sparseInitializer.map(({ values }) => values!)].map(nameOf))
  const functions = neededFunctions(proto, nodes)
  const domainOf = (node: onnx.INodeProto): string => {
    if (functions.has(functionKey(node.domain, node.opType))) return names.shared + (node.domain ?? '')
    return isOwnDomain(node.domain) ? '' : node.domain!
  }
  const renaming: Renaming = { names, input, weights, domainOf }
  const taps = wanted.map(({ tap, output }): onnx.INodeProto => {
    return { opType: 'Identity', name: output, input: [rename(tap, renaming)], output: [output] }
  })
  const raised = raiseNodes(nodes, version.from, version.to).map((node) => renameNode(node, renaming))
  const calls = [...nodes, ...[...functions.values()].flatMap(({ node }) => node ?? [])].flatMap(withInner)
  return {
    node: [...raised, ...taps],
    initializer: initializer.map((tensor) => renamed(tensor, renaming)),
    sparseInitializer: sparseInitializer.map((one) => ({ ...one, values: renamed(one.values!, renaming) })),
    functions: [...functions.values()].map((one) => renameFunction(one, names, domainOf, version.to)),
    domains: domainsOf(proto, calls, domainOf),
  }
}

/** What tells functions of a model apart. */
export const functionKey = (domain?: string | null, name?: string | null): string =>
  JSON.stringify([domain ?? '', name ?? ''])

/** What a node reads, also inside the graphs of its attributes; what is left out has no name. */
export function namesRead(node: onnx.INodeProto): string[] {
  const all = withInner(node)
  const results = all.flatMap(graphsIn).flatMap(({ output }) => (output ?? []).map(nameOf))
  return [...all.flatMap(({ input }) => input ?? []), ...results].filter((name) => name !== '')
}

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
