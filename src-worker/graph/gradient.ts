import { Problem } from '#contract/problem.ts'
import { applicationOf, childGraphs, namesRead, type Graph, type GraphNode } from './graph.ts'
import type { Application, GradientRule } from './primitive.ts'
import { add } from './primitives/arithmetic.ts'
import { zeros } from './primitives/reshape.ts'
import { elementCount, type Tensor } from './tensor.ts'

/**
 * Gradients of a scalar loss with respect to tensors of the same graph: a reverse walk over its nodes, which adds
 * the backward nodes to the graph. Zeros for a tensor that the loss does not depend on.
 * Every axis must be static. Throws a problem where the path leads through a primitive without a gradient.
 */
export function gradient(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const { graph } = loss
  if (elementCount(loss.shape) !== 1)
    throw new Problem(
      'shape-mismatch',
      graph.where || graph.name,
      `a loss must be scalar, not [${loss.shape}]`,
    )
  if (graph.inputs.some((input) => input.shape.some((size) => size < 0)))
    throw new Problem('internal', graph.where || graph.name, 'gradients need a static batch')
  const forward = [...graph.nodes]
  const dependent = dependents(forward, wrt)
  const gradients = new Map<string, Tensor>([[loss.name, graph.constant(new Float32Array([1]), loss.shape)]])
  for (let i = forward.length - 1; i >= 0; i -= 1 + forward[i].parts) {
    const node = forward[i]
    const reached = node.outputs.some((output) => gradients.has(output.name) && dependent.has(output.name))
    if (!reached) continue
    const contributions = graph.inScopeOf(node, 'gradient', () => differentiate(node, gradients, dependent))
    node.inputs.forEach((input, j) => {
      const contribution = contributions[j]
      if (!contribution || !dependent.has(input.name)) return
      const known = gradients.get(input.name)
      gradients.set(
        input.name,
        known ? graph.inScopeOf(node, 'gradient', () => add(known, contribution)) : contribution,
      )
    })
  }
  return wrt.map((tensor) => gradients.get(tensor.name) ?? zeros(graph, tensor.shape))
}

/** Names of the tensors that depend on `wrt` through float values. */
function dependents(nodes: readonly GraphNode[], wrt: readonly Tensor[]): Set<string> {
  const names = new Set(wrt.map((tensor) => tensor.name))
  for (const node of nodes) {
    const reads = node.inputs.map((input) => input.name)
    for (const child of childGraphs(node)) reads.push(...namesRead(child))
    if (node.primitive.gradient === 'none' || !reads.some((name) => names.has(name))) continue
    for (const output of node.outputs) if (output.dtype === 'float32') names.add(output.name)
  }
  return names
}

function differentiate(
  node: GraphNode,
  gradients: ReadonlyMap<string, Tensor>,
  dependent: ReadonlySet<string>,
): readonly (Tensor | undefined)[] {
  const { primitive } = node
  const graph: Graph = node.outputs[0].graph
  if (typeof primitive.gradient === 'string')
    throw new Problem('internal', node.scope || graph.name, `${primitive.name} has no gradient`)
  const rule = primitive.gradient as unknown as GradientRule<unknown>
  const application: Application<unknown> = applicationOf(
    node,
    (output) => gradients.has(output.name),
    (input) => dependent.has(input.name),
  )
  return rule(
    application,
    node.outputs.map((output) => gradients.get(output.name) ?? zeros(graph, output.shape)),
  )
}
