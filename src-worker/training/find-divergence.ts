import { batchNormTraining } from '../graph/functions.ts'
import { Graph } from '../graph/graph.ts'
import { loadGraph } from '../onnx/load-graph.ts'
import { floats, type SessionOptions, type Value } from '../onnx/session.ts'
import { buildNetwork } from './builder.ts'
import { unpackWeights, type Layout } from './layout.ts'
import type { Network, Values } from './network.ts'

/** What one step of training began with. */
export interface StepInputs {
  weights: Float32Array
  /** By name `[batch, ..]`. */
  inputs: Values
  /** Extra inputs of the network as feeds. */
  extra: Readonly<Record<string, Value>>
  batchSize: number
}

/**
 * Where the first number that is not finite appears in a step whose loss is not: in what it began with (its minibatch, the
 * weights), or in an operator of the forward pass, which is computed again without dropout. Words for people.
 */
export async function findDivergence(
  network: Network,
  layout: Layout,
  step: StepInputs,
  options: SessionOptions,
): Promise<string> {
  const input = Object.keys(network.inputs).find((name) => !areFinite(step.inputs[name]))
  if (input !== undefined) return `the minibatch holds such a number already, in ${input}`
  const broken = layout.parameters.filter(
    ({ offset }, i) =>
      !areFinite(step.weights.subarray(offset, layout.parameters[i + 1]?.offset ?? layout.weightCount)),
  )
  if (broken.length > 0) {
    const others = broken.length === 1 ? '' : ` and ${broken.length - 1} more`
    return `the step before had led to such weights: ${broken[0].name}${others}`
  }
  return (await firstOperator(network, layout, step, options)) ?? 'it appears with dropout only'
}

/** The first operator, in the order of computing, whose result is not finite; null where all are. */
async function firstOperator(
  network: Network,
  layout: Layout,
  { weights, inputs, extra, batchSize }: StepInputs,
  options: SessionOptions,
): Promise<string | null> {
  const graph = new Graph({ name: 'divergence' })
  const { byName } = unpackWeights(graph.input('weights', [layout.weightCount]), layout.parameters)
  const { logits } = buildNetwork(network, graph, {
    batch: batchSize,
    parameter: (name) => byName.get(name)!,
    normalise: (_name, x, weight, bias) => batchNormTraining(x, weight, bias).y,
    extra: (name, shape) => graph.input(`extra ${name}`, shape),
    networkInput: (name, shape) => graph.input(`input ${name}`, shape),
  })
  const operators = graph.nodes.filter(
    ({ emitted, outputs: [{ name, dtype }] }) => emitted && dtype === 'float32' && name !== logits.name,
  )
  operators.forEach(({ outputs }, i) => graph.output(outputs[0], `operator ${i}`))
  graph.output(logits, 'logits')
  const session = await loadGraph(graph, options)
  try {
    const feeds = Object.entries(network.inputs).map(([name, { shape }]) => [
      `input ${name}`,
      floats(inputs[name], [batchSize, ...shape]),
    ])
    const results = await session.run({
      weights: floats(weights, [layout.weightCount]),
      ...extra,
      ...(Object.fromEntries(feeds) as Record<string, Value>),
    })
    const first = operators.find((_, i) => !areFinite(results[`operator ${i}`].data as Float32Array))
    if (first) return `it appears first in ${first.scope || 'the network'}, operator ${first.primitive.name}`
    return areFinite(results['logits'].data as Float32Array) ? null : 'it appears first in the class scores'
  } finally {
    await session.release()
  }
}

const areFinite = (values: Float32Array): boolean => values.every(Number.isFinite)
