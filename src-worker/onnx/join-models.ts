import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import { placeAttribute, placeOperator } from './place.ts'
import { isOwnDomain, raiseNodes } from './raise-opset.ts'
import { graphsIn, type GuestNames } from './rename-guest.ts'
import { copyGuest, functionKey, namesRead, type Guest } from './take-over.ts'
import { Unjoinable } from './unjoinable.ts'

const { ModelProto } = onnxProto.onnx

export interface Joined {
  readonly model: Uint8Array
  readonly opset: number
  readonly irVersion: number
}

/** More than this no ONNX file can hold. */
const mostBytes = 2 ** 31 - 1

/**
 * A model with its places filled by the graphs of guests: their nodes as far as the taps that are read need them, renamed,
 * with their weights, functions and operator sets. Both are written in the newer of their versions of ONNX's operators.
 * @throws Unjoinable when that is not possible
 */
export function joinModels(
  host: Uint8Array,
  guests: Readonly<Record<string, Guest>>,
  { largest = mostBytes }: { largest?: number } = {},
): Joined {
  const proto = ModelProto.decode(host)
  const graph = proto.graph!
  const all = [proto, ...Object.values(guests).map((guest) => guest.proto)]
  const opset = Math.max(...all.flatMap((model) => ownVersion(model) ?? []))
  const irVersion = Math.max(...all.map((model) => Number(model.irVersion ?? 0)))
  const names = new FreeNames(namesOf(graph))
  const read = new Set([...graph.node!.flatMap(namesRead), ...graph.output!.map(({ name }) => name!)])
  const domains = new Map([['', opset]])
  const weights = new Map((graph.initializer ?? []).map((tensor) => [tensor.name!, tensor]))
  const sparse = new Map<string, onnx.ISparseTensorProto>()
  const functions = new Map<string, onnx.IFunctionProto>()

  const fill = (node: onnx.INodeProto): onnx.INodeProto[] => {
    if (node.opType !== placeOperator) return raiseNodes([node], ownVersion(proto)!, opset)
    const place = new TextDecoder().decode(node.attribute!.find(({ name }) => name === placeAttribute)!.s!)
    const guest = guests[place]
    const own: GuestNames = {
      prefix: names.prefixFor(place),
      shared: names.sharedPrefixFor(guest.source),
      input: node.input![0],
    }
    const wanted = guest.taps.flatMap((tap, i) => {
      const output = node.output![i]
      return read.has(output) ? [{ tap, output }] : []
    })
    const versions = { from: ownVersion(guest.proto) ?? opset, to: opset }
    const copy = naming(place, () => {
      const made = copyGuest(guest, wanted, own, versions)
      for (const [domain, version] of made.domains) addDomain(domains, domain, version)
      return made
    })
    for (const tensor of copy.initializer) weights.set(tensor.name!, tensor)
    for (const tensor of copy.sparseInitializer) sparse.set(tensor.values!.name!, tensor)
    for (const one of copy.functions) functions.set(functionKey(one.domain, one.name), one)
    return copy.node
  }
  const node = graph.node!.flatMap(fill)
  const bytes = host.length + [...weights.values()].reduce((sum, tensor) => sum + bytesOf(tensor), 0)
  if (bytes > largest) throw new Unjoinable('one ONNX file cannot hold more than 2 GiB')
  const model: onnx.IModelProto = {
    ...proto,
    irVersion,
    opsetImport: [...domains].map(([domain, version]) => ({ domain, version })),
    functions: [...functions.values()],
    graph: {
      ...graph,
      node,
      initializer: [...weights.values()],
      sparseInitializer: [...sparse.values()],
    },
  }
  return { model: ModelProto.encode(model).finish(), opset, irVersion }
}

/** Says whose model cannot be taken over. */
function naming<T>(place: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof Unjoinable ? new Unjoinable(error.message, place) : error
  }
}

/** The version of ONNX's own operators that a model is written in. */
function ownVersion({ opsetImport }: onnx.IModelProto | onnx.IFunctionProto): number | undefined {
  const found = opsetImport?.find(({ domain }) => isOwnDomain(domain))
  return found && Number(found.version)
}

function addDomain(domains: Map<string, number>, domain: string, version: number): void {
  const other = domains.get(domain)
  if (other !== undefined && other !== version)
    throw new Unjoinable(`the operators ${domain} are wanted in the versions ${other} and ${version} at once`)
  domains.set(domain, version)
}

function bytesOf({
  rawData,
  floatData,
  int32Data,
  int64Data,
  doubleData,
  uint64Data,
}: onnx.ITensorProto): number {
  const wide = (int64Data?.length ?? 0) + (doubleData?.length ?? 0) + (uint64Data?.length ?? 0)
  return (rawData?.length ?? 0) + 4 * ((floatData?.length ?? 0) + (int32Data?.length ?? 0)) + 8 * wide
}

/** All names of tensors and nodes of a graph and the graphs inside it. */
function namesOf(graph: onnx.IGraphProto): string[] {
  const own = [...(graph.input ?? []), ...(graph.output ?? []), ...(graph.initializer ?? [])]
  return [
    ...own.map(({ name }) => name ?? ''),
    ...(graph.node ?? []).flatMap((node) => [
      node.name ?? '',
      ...(node.output ?? []),
      ...graphsIn(node).flatMap(namesOf),
    ]),
  ]
}

/** Prefixes with which nothing begins yet. */
class FreeNames {
  readonly #taken: string[]
  readonly #shared = new Map<string, string>()

  constructor(taken: readonly string[]) {
    this.#taken = [...taken]
  }

  prefixFor(wanted: string): string {
    let prefix = `${wanted}/`
    const clashes = (name: string) =>
      name.startsWith(prefix) || (name.endsWith('/') && prefix.startsWith(name))
    while (this.#taken.some(clashes)) prefix = `_${prefix}`
    this.#taken.push(prefix)
    return prefix
  }

  sharedPrefixFor(source: string): string {
    const known = this.#shared.get(source)
    if (known !== undefined) return known
    const prefix = this.prefixFor(source)
    this.#shared.set(source, prefix)
    return prefix
  }
}
