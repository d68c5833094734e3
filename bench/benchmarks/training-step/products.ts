import { gemm } from '#worker/graph/functions.ts'
import { childGraphs, Graph, type GraphNode, namesRead } from '#worker/graph/graph.ts'
import { loadGraph } from '#worker/onnx/load-graph.ts'
import { floats } from '#worker/onnx/session.ts'

/** Multiplications and additions of all matrix products that the outputs of a graph need; the body of a loop counts once. */
export function countProductOperations(graph: Graph): number {
  return livingNodes(graph).reduce((sum, node) => {
    const inside = childGraphs(node).map(countProductOperations)
    return inside.reduce((total, count) => total + count, sum + operationsOf(node))
  }, 0)
}

/** The nodes of the model; composites stand beside the nodes that they are made of. */
function livingNodes(graph: Graph): GraphNode[] {
  const needed = new Set(graph.outputs.map(({ tensor }) => tensor.name))
  return graph.nodes.toReversed().filter((node) => {
    if (!node.emitted || !node.outputs.some(({ name }) => needed.has(name))) return false
    for (const { name } of node.emitted.inputs) needed.add(name)
    for (const child of childGraphs(node)) for (const name of namesRead(child)) needed.add(name)
    return true
  })
}

function operationsOf({ primitive, inputs, outputs, attributes }: GraphNode): number {
  if (primitive.name !== 'Gemm' && primitive.name !== 'MatMul') return 0
  const { transposeA = false } = (attributes ?? {}) as { transposeA?: boolean }
  const inner = inputs[0].shape.at(transposeA ? -2 : -1)!
  return 2 * inner * outputs[0].shape.reduce((product, size) => product * size, 1)
}

/** Billions of operations a second of the fastest of several products of square matrices: what a machine can do. */
export async function measurePeak(threads: number, size = 768): Promise<number> {
  const graph = new Graph({ name: 'product' })
  const x = graph.input('x', [size, size])
  graph.output(gemm(x, x), 'y')
  const session = await loadGraph(graph, { threads })
  const feeds = { x: floats(new Float32Array(size * size).fill(0.5), [size, size]) }
  let shortest = Infinity
  for (let i = 0; i < 20; i++) {
    const start = performance.now()
    await session.run(feeds)
    shortest = Math.min(shortest, performance.now() - start)
  }
  await session.release()
  return (2 * size ** 3) / 1e6 / shortest
}
