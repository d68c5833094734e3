import type { TaskName } from '#contract/dataset.ts'
import type { BackboneNetwork } from '../backbone/backbone.ts'
import { featureNetwork } from '../backbone/features.ts'
import type { Preprocessing } from '../dataset/preprocess.ts'
import { batchNormInference, sigmoid, softmax } from '../graph/functions.ts'
import { Graph } from '../graph/graph.ts'
import { elementCount, type Shape, type Tensor } from '../graph/tensor.ts'
import { buildNetwork } from '../training/builder.ts'
import { layoutOf } from '../training/layout.ts'
import type { Built } from '../training/network.ts'
import { frozenTaps } from './frozen/frozen-taps.ts'
import type { FrozenModality } from './frozen/open-frozen.ts'
import { fitsIntoGraph, standardise } from './raw-inputs.ts'
import type { Trained } from './trained.ts'

/** The symbolic batch of an exported model. */
const batch = -1

/**
 * The whole classifier as one graph, from preprocessed inputs through the backbones and the fusion to class scores.
 * Inputs: every modality that the fusion reads, by its name, `[batch, …sample]`. Outputs: `logits` and `scores`
 * (their softmax, or the sigmoid of each in a multi-label task) `[batch, classes]`. All weights are named initializers; the batch is symbolic.
 *
 * @param length Positions of every feature.
 * @param inside Preprocessing by modality that the graph takes over where it can: those inputs are raw numbers then.
 * @param files By modality what an imported file reads: the graph has a place for the file, and its inputs are raw.
 */
export function classifierGraph(
  backbones: Readonly<Record<string, Trained<BackboneNetwork>>>,
  fusion: Trained,
  {
    length,
    task,
    inside = {},
    files = {},
  }: {
    length: number
    task: TaskName
    inside?: Readonly<Record<string, Preprocessing>>
    files?: Readonly<Record<string, FrozenModality>>
  },
): Graph {
  const graph = new Graph({ name: 'shapwright', symbol: 'batch' })
  const needed = new Set(Object.keys(fusion.network.inputs))
  const features = new Map<string, Tensor>()
  for (const [modality, trained] of Object.entries(backbones)) {
    const network = featureNetwork(trained.network, modality, length)
    const reads = [...needed].some((id) => id.startsWith(`${modality}.`))
    if (!reads) continue
    const file = files[modality]
    const { taps } = graph.scope(`backbone ${modality}`, () =>
      file
        ? { taps: frozenTaps(graph, file, length) }
        : bake(graph, `backbone/${modality}`, { ...trained, network }, (_, shape) => {
            const input = graph.input(modality, shape)
            const preprocessing = inside[modality]
            return preprocessing && fitsIntoGraph(preprocessing) ? standardise(input, preprocessing) : input
          }),
    )
    for (const [id, tensor] of Object.entries(taps)) features.set(id, tensor)
  }
  const { logits } = graph.scope('fusion', () => bake(graph, 'fusion', fusion, (id) => features.get(id)!))
  graph.output(logits, 'logits')
  graph.output(task === 'single-label' ? softmax(logits, 1) : sigmoid(logits), 'scores')
  return graph
}

/** Builds a trained network for inference, its numbers as initializers named under a path. */
function bake(
  graph: Graph,
  path: string,
  { network, weights, statistics, extra }: Trained,
  inputOf: (name: string, shape: Shape) => Tensor,
): Built {
  const layout = layoutOf(network)
  const parameters = new Map(layout.parameters.map((spec) => [spec.name, spec]))
  const norms = new Map(layout.statistics.map((spec) => [spec.name, spec]))
  const part = (data: Float32Array, name: string, offset: number, shape: Shape) =>
    graph.initializer(`${path}/${name}`, data.slice(offset, offset + elementCount(shape)), shape)
  return buildNetwork(network, graph, {
    batch,
    parameter: (name) => {
      const { offset, shape } = parameters.get(name)!
      return part(weights, name, offset, shape)
    },
    normalise: (name, x, weight, bias) => {
      const { offset, channels } = norms.get(name)!
      const mean = part(statistics, `${name}/mean`, offset, [channels])
      const variance = part(statistics, `${name}/variance`, offset + channels, [channels])
      return batchNormInference(x, weight, bias, mean, variance)
    },
    extra: (name, shape) => graph.initializer(`${path}/${name}`, extra[name], shape),
    networkInput: inputOf,
  })
}
