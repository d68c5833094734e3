import { childGraphs, Graph, type GraphNode, namesRead } from '../../graph/graph.ts'

/**
 * Parts a graph in two: what depends on its fixed inputs and constants alone, to be run once, and the rest, whose
 * inputs include what that puts out, by the same names. Together they compute what the graph does, bit for bit.
 */
export function splitGraph(
  graph: Graph,
  isFixed: (input: string) => boolean,
): { readonly prepared: Graph; readonly rest: Graph } {
  const living = livingNodes(graph)
  const fixed = new Set([
    ...graph.inputs.map(({ name }) => name).filter(isFixed),
    ...graph.initializers.map(({ tensor }) => tensor.name),
  ])
  const early: GraphNode[] = []
  const late: GraphNode[] = []
  for (const node of living) {
    const ready = readsOf(node).every((name) => fixed.has(name))
    if (ready) for (const output of node.outputs) fixed.add(output.name)
    ;(ready ? early : late).push(node)
  }

  const rest = new Graph({ name: graph.name, symbol: graph.symbol })
  rest.nodes.push(...late)
  rest.outputs.push(...graph.outputs)
  rest.initializers.push(...graph.initializers)
  const needed = namesRead(rest)
  rest.inputs.push(...graph.inputs.filter(({ name }) => needed.has(name)))

  const prepared = new Graph({ name: `${graph.name} prepared`, symbol: graph.symbol })
  prepared.nodes.push(...early)
  prepared.initializers.push(...graph.initializers)
  for (const tensor of early.flatMap(({ outputs }) => outputs)) {
    if (!needed.has(tensor.name)) continue
    prepared.output(tensor, tensor.name)
    rest.inputs.push(tensor)
  }
  const read = namesRead(prepared)
  prepared.inputs.push(...graph.inputs.filter(({ name }) => read.has(name)))
  return { prepared, rest }
}

/** The operators that the outputs need, in order. */
function livingNodes(graph: Graph): GraphNode[] {
  const needed = new Set(graph.outputs.map(({ tensor }) => tensor.name))
  const living = graph.nodes.toReversed().filter((node) => {
    if (!node.emitted || !node.outputs.some(({ name }) => needed.has(name))) return false
    for (const name of readsOf(node)) needed.add(name)
    return true
  })
  return living.reverse()
}

/** The names that a node reads, also inside its bodies and branches, where it may read its own as well. */
function readsOf(node: GraphNode): string[] {
  const children = childGraphs(node)
  const own = new Set(children.flatMap(namesWithin))
  const inside = children.flatMap((child) => [...namesRead(child)])
  return [...node.emitted!.inputs.map(({ name }) => name), ...inside.filter((name) => !own.has(name))]
}

/** The names that a graph and the graphs inside it bring along. */
function namesWithin(graph: Graph): string[] {
  return [
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ tensor }) => tensor.name),
    ...graph.nodes.flatMap((node) => [
      ...node.outputs.map(({ name }) => name),
      ...childGraphs(node).flatMap(namesWithin),
    ]),
  ]
}
