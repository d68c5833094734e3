import type { DeviceName } from '#contract/device.ts'
import type { Session, Value } from '../onnx/session.ts'
import { loadGraph } from '../onnx/load-graph.ts'
import { floats } from '../onnx/session.ts'
import { Graph } from '../graph/graph.ts'
import { batchNormInference, conditional, expand, greater, multiply, scan } from '../graph/functions.ts'
import { elementCount } from '../graph/tensor.ts'
import { readSteps } from '../space/fusion.ts'
import { playersOf } from '../space/players.ts'
import type { FusionSpace } from '../space/space.ts'
import { fuseFeatures, reshapeFeatures, supernet, type Weigh } from '../space/supernet.ts'
import { buildNetwork } from '../training/builder.ts'
import { layoutOf, unpackStatistics, unpackWeights, type Layout } from '../training/layout.ts'
import type { Values } from '../training/network.ts'

/** What a supernet computes with, beside its inputs. */
export interface SupernetState {
  weights: Float32Array
  /** Fixed statistics of the batch norms. */
  statistics: Float32Array
  /** Steps of the dictionaries; empty where there is none. */
  steps: Float32Array
}

/**
 * Evaluates many mixtures of one supernet on one batch. The model loops over the mixtures; the reshape layers, which
 * no mixture touches, are computed once a call, and an operation of weight 0 is not computed at all. Every mixture
 * goes through the same arithmetic whatever else is in the call, so its logits do not depend on the company.
 */
export class CoalitionEvaluator {
  readonly #space: FusionSpace
  readonly #classes: number
  readonly #batchSize: number
  readonly #layout: Layout
  readonly #session: Session

  private constructor(
    space: FusionSpace,
    classes: number,
    batchSize: number,
    layout: Layout,
    session: Session,
  ) {
    this.#space = space
    this.#classes = classes
    this.#batchSize = batchSize
    this.#layout = layout
    this.#session = session
  }

  static async create(
    space: FusionSpace,
    classes: number,
    options: { batchSize: number; device?: DeviceName; threads?: number },
  ): Promise<CoalitionEvaluator> {
    const layout = layoutOf(supernet(space, classes), options.batchSize)
    const graph = evaluationGraph(space, classes, layout, options.batchSize)
    return new CoalitionEvaluator(space, classes, options.batchSize, layout, await loadGraph(graph, options))
  }

  /**
   * Logits `[mixtures, count, classes]` of `count` samples under every mixture.
   * @param inputs By feature id `[count, length, channels]`.
   * @param mixtures `[players]` each, after softmax and mask.
   */
  async evaluate(
    state: SupernetState,
    inputs: Values,
    count: number,
    mixtures: readonly Float32Array[],
  ): Promise<Float32Array> {
    const rowSize = this.#classes
    const logits = new Float32Array(mixtures.length * count * rowSize)
    for (let start = 0; start < count; start += this.#batchSize) {
      const rows = Math.min(this.#batchSize, count - start)
      const { data } = (await this.#session.run(this.#feeds(state, inputs, start, rows, mixtures)))['logits']
      mixtures.forEach((_, i) => {
        const from = i * this.#batchSize * rowSize
        logits.set(
          (data as Float32Array).subarray(from, from + rows * rowSize),
          (i * count + start) * rowSize,
        )
      })
    }
    return logits
  }

  async release(): Promise<void> {
    await this.#session.release()
  }

  #feeds(
    state: SupernetState,
    inputs: Values,
    start: number,
    rows: number,
    mixtures: readonly Float32Array[],
  ): Record<string, Value> {
    const players = mixtures[0].length
    const stacked = new Float32Array(mixtures.length * players)
    mixtures.forEach((mixture, i) => stacked.set(mixture, i * players))
    const feeds: Record<string, Value> = {
      weights: floats(state.weights, [this.#layout.weightCount]),
      mixtures: floats(stacked, [mixtures.length, players]),
    }
    if (state.statistics.length > 0) feeds['statistics'] = floats(state.statistics, [state.statistics.length])
    if (state.steps.length > 0) feeds['dictionary-steps'] = floats(state.steps, [state.steps.length])
    for (const { id, channels } of this.#space.features) {
      const shape = [this.#space.config.length, channels]
      const size = elementCount(shape)
      const batch = new Float32Array(this.#batchSize * size)
      batch.set(inputs[id].subarray(start * size, (start + rows) * size))
      feeds[id] = floats(batch, [this.#batchSize, ...shape])
    }
    return feeds
  }
}

/** Computes an operation only where its weight is not 0. */
const skipAbsent: Weigh = (weight, shape, build) =>
  conditional(
    greater(weight, 0),
    () => multiply(build(), weight),
    () => expand(weight.graph.constant(0), shape),
  )

/**
 * Inputs `weights`, `statistics`, `dictionary-steps`, `mixtures` [coalitions, players] and every feature by its id;
 * output `logits` [coalitions, batch, classes].
 */
function evaluationGraph(space: FusionSpace, classes: number, layout: Layout, batchSize: number): Graph {
  const graph = new Graph({ name: 'coalitions', symbol: 'coalitions' })
  const { byName } = unpackWeights(graph.input('weights', [layout.weightCount]), layout.parameters)
  const statistics =
    layout.statisticsCount > 0
      ? unpackStatistics(graph.input('statistics', [layout.statisticsCount]), layout.statistics)
      : undefined
  const mixtures = graph.input('mixtures', [-1, playersOf(space).length])
  const { inputs, dictionaries } = supernet(space, classes)
  const { logits } = buildNetwork(
    {
      inputs,
      classes,
      build(builder, values) {
        const features = reshapeFeatures(builder, space, values)
        const stepOf = readSteps(builder, dictionaries)
        const { outputs } = scan(graph, {
          name: 'coalition',
          states: [],
          scanned: [mixtures],
          body: (_, [mixture]) => ({
            states: [],
            outputs: [fuseFeatures(builder, space, features, mixture, stepOf, classes, skipAbsent)],
          }),
        })
        return outputs[0]
      },
    },
    graph,
    {
      batch: batchSize,
      parameter: (name) => byName.get(name)!,
      normalise: (name, x, weight, bias) => {
        const { mean, variance } = statistics!.get(name)!
        return batchNormInference(x, weight, bias, mean, variance)
      },
      extra: (name, shape) => graph.input(name, shape),
      networkInput: (name, shape) => graph.input(name, shape),
    },
  )
  graph.output(logits, 'logits')
  return graph
}
