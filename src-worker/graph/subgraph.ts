import { Problem } from '#contract/problem.ts'
import { Graph } from './graph.ts'
import { stopGradient } from './primitives/activation.ts'
import { Scan, If } from './primitives/control.ts'
import type { Tensor } from './tensor.ts'

interface ScanResult {
  /** The states after the last step. */
  readonly states: Tensor[]
  /** What every step put out, stacked along a new first axis. */
  readonly outputs: Tensor[]
}

/**
 * Runs `body` once for every element of the scanned tensors' first axis (which may be symbolic), handing the
 * states on. The body may use any tensor of the graphs around it; its states must keep their shapes.
 * No gradient flows through it: take gradients inside the body.
 */
export function scan(
  graph: Graph,
  options: {
    name?: string
    states: readonly Tensor[]
    scanned: readonly Tensor[]
    body: (states: Tensor[], elements: Tensor[]) => { states: readonly Tensor[]; outputs: readonly Tensor[] }
  },
): ScanResult {
  const { states, scanned, name = 'scan' } = options
  const child = new Graph({ name, parent: graph })
  const count = graph.within(child, () => {
    const state = states.map((tensor, i) =>
      child.input(`${name}_state${i}_${tensor.name}`, tensor.shape, tensor.dtype),
    )
    const element = scanned.map((tensor, i) =>
      child.input(`${name}_element${i}_${tensor.name}`, tensor.shape.slice(1), tensor.dtype),
    )
    const result = options.body(state, element)
    const changed = result.states.findIndex((tensor, i) => tensor.shape.join() !== states[i].shape.join())
    if (changed >= 0 || result.states.length !== states.length)
      throw new Problem('shape-mismatch', child.where || name, `state ${changed} of a scan changes its shape`)
    for (const tensor of [...result.states, ...result.outputs]) putOut(child, tensor)
    return result.outputs.length
  })
  const results = graph.apply(Scan, [...states, ...scanned], {
    body: child,
    scanned: scanned.length,
    outputs: count,
  })
  return { states: results.slice(0, states.length), outputs: results.slice(states.length) }
}

/**
 * `then` or `otherwise`, of which only the chosen one is computed. The condition is a bool of one element; both
 * builders may use any tensor around them and give the same shape. No gradient flows through it.
 */
export function conditional(condition: Tensor, then: () => Tensor, otherwise: () => Tensor): Tensor {
  const branch = (name: string, build: () => Tensor) => {
    const child = new Graph({ name, parent: condition.graph })
    condition.graph.within(child, () => putOut(child, build()))
    return child
  }
  const branches = { chosen: branch('then', then), otherwise: branch('else', otherwise) }
  return condition.graph.apply(If, [condition], branches)[0]
}

/** Makes a tensor an output of a child graph; one that the child did not compute itself is copied. */
function putOut(child: Graph, tensor: Tensor): void {
  const computed = child.nodes.some((node) => node.outputs.some((output) => output.name === tensor.name))
  const taken = child.outputs.some((output) => output.name === tensor.name)
  const own = computed && !taken ? tensor : stopGradient(tensor)
  child.output(own, own.name)
}
