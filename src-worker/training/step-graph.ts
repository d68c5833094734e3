import type { TaskName } from '#contract/dataset.ts'
import { Graph } from '../graph/graph.ts'
import {
  add,
  batchNormTraining,
  binaryCrossEntropy,
  concat,
  crossEntropy,
  keep,
  reshape,
  scale,
  scan,
  sliceAt,
  split,
} from '../graph/functions.ts'
import { gradient } from '../graph/gradient.ts'
import type { Tensor } from '../graph/tensor.ts'
import { adam, type AdamOptions } from './adam.ts'
import { buildNetwork } from './builder.ts'
import type { MaskPool } from './dropout.ts'
import { unpackWeights, type Layout } from './layout.ts'
import type { Network } from './network.ts'

export type LossName = 'cross-entropy' | 'binary-cross-entropy'

/** What a network of each task is trained on. */
export const lossByTask: Record<TaskName, LossName> = {
  'single-label': 'cross-entropy',
  'multi-label': 'binary-cross-entropy',
}

/** The mean loss of logits[batch, classes] against targets of the same shape. */
function lossOf(name: LossName, logits: Tensor, targets: Tensor): Tensor {
  return name === 'cross-entropy' ? crossEntropy(logits, targets) : binaryCrossEntropy(logits, targets)
}

interface StepOptions extends AdamOptions {
  readonly batchSize: number
  readonly loss: LossName
  readonly pools: readonly MaskPool[]
}

/**
 * Training as one graph: a scan over the symbolic number of steps. Inputs: the state `weights`, `m`, `v` (flat);
 * one row a step of `slope`, `floor`, `offsets`[dropouts], `targets`[batch, classes] and `input NAME`[batch, ..];
 * for the whole call `pool RATE` and `extra NAME`. Outputs: the new state, and `losses`[steps].
 */
export function buildSteps(network: Network, layout: Layout, options: StepOptions): Graph {
  const { batchSize, loss } = options
  const graph = new Graph({ name: 'training', symbol: 'steps' })
  const flat = (name: string) => graph.input(name, [layout.weightCount])
  const state = [flat('weights'), flat('m'), flat('v')]
  const pools = options.pools.map(({ rate, values }) => graph.input(`pool ${rate}`, [values.length]))
  const extras = new Map(layout.extras.map(({ name, shape }) => [name, graph.input(`extra ${name}`, shape)]))
  const names = Object.keys(network.inputs)
  const scanned = [
    graph.input('slope', [-1]),
    graph.input('floor', [-1]),
    graph.input('targets', [-1, batchSize, network.classes]),
    ...names.map((name) => graph.input(`input ${name}`, [-1, batchSize, ...network.inputs[name].shape])),
  ]
  const dropouts = layout.dropouts.length
  if (dropouts > 0) scanned.push(graph.input('offsets', [-1, dropouts], 'int64'))

  const result = scan(graph, {
    name: 'steps',
    states: state,
    scanned,
    body: ([weights, m, v], [slope, floor, targets, ...rest]) => {
      const { pieces, byName } = unpackWeights(weights, layout.parameters)
      const masks = dropouts > 0 ? maskSlices(layout, options.pools, pools, rest[names.length]) : []
      const { logits } = buildNetwork(network, graph, {
        batch: batchSize,
        parameter: (name) => byName.get(name)!,
        normalise: (_name, x, weight, bias) => batchNormTraining(x, weight, bias).y,
        dropout: (x, rate) => keep(scale(x, 1 / (1 - rate)), reshape(masks.shift()!, x.shape)),
        extra: (name) => extras.get(name)!,
        networkInput: (name) => rest[names.indexOf(name)],
      })
      const value = lossOf(loss, logits, targets)
      // ONNX Runtime takes the inputs of a join latest first: shaped anew in the layout's order, every gradient of a weight
      // is computed as soon as what it needs is there, and lets it go.
      const shaped = layout.parameters.map(({ name }) => byName.get(name)!)
      const slopes = gradient(value, shaped).map((slope, i) => reshape(slope, pieces[i].shape))
      const next = adam({ weights, m, v }, concat(slopes, 0), { slope, floor }, options)
      return { states: [next.weights, next.m, next.v], outputs: [value] }
    },
  })
  for (const [i, name] of ['weights', 'm', 'v'].entries()) graph.output(result.states[i], `next ${name}`)
  graph.output(result.outputs[0], 'losses')
  return graph
}

/** The masks of one step, flat, in the order of the dropouts. */
function maskSlices(
  layout: Layout,
  pools: readonly MaskPool[],
  tensors: readonly Tensor[],
  offsets: Tensor,
): Tensor[] {
  const counts = layout.dropouts.map(({ count }) => count)
  const ones = counts.map(() => 1)
  const starts = split(offsets, ones, 0)
  const ends = split(add(offsets, offsets.graph.constant(counts, [counts.length], 'int64')), ones, 0)
  return layout.dropouts.map(({ count, rate }, i) => {
    const pool = tensors[pools.findIndex((candidate) => candidate.rate === rate)]
    return sliceAt(pool, 0, starts[i], ends[i], count)
  })
}

/**
 * One batch's loss and its gradients with respect to extra inputs. Inputs: `weights`, `targets`, `input NAME`,
 * `extra NAME`; outputs: `loss` and `gradient NAME`. Batch norms use the batch's own statistics, dropout is off.
 */
export function buildInputGradient(
  network: Network,
  layout: Layout,
  options: { batchSize: number; loss: LossName; wrt: readonly string[] },
): Graph {
  const { batchSize, loss, wrt } = options
  const graph = new Graph({ name: 'input gradient' })
  const { byName } = unpackWeights(graph.input('weights', [layout.weightCount]), layout.parameters)
  const extras = new Map(layout.extras.map(({ name, shape }) => [name, graph.input(`extra ${name}`, shape)]))
  const { logits } = buildNetwork(network, graph, {
    batch: batchSize,
    parameter: (name) => byName.get(name)!,
    normalise: (_name, x, weight, bias) => batchNormTraining(x, weight, bias).y,
    extra: (name) => extras.get(name)!,
    networkInput: (name, shape) => graph.input(`input ${name}`, shape),
  })
  const value = lossOf(loss, logits, graph.input('targets', [batchSize, network.classes]))
  const slopes = gradient(
    value,
    wrt.map((name) => extras.get(name)!),
  )
  graph.output(value, 'loss')
  wrt.forEach((name, i) => graph.output(slopes[i], `gradient ${name}`))
  return graph
}
