import { Problem } from '#contract/problem.ts'
import { batchNormInference, batchNormTraining, concat } from '../graph/functions.ts'
import { Graph } from '../graph/graph.ts'
import { elementCount, type Tensor } from '../graph/tensor.ts'
import { loadGraph } from '../onnx/load-graph.ts'
import { floats, type Session, type SessionOptions, type Value } from '../onnx/session.ts'
import { buildNetwork } from './builder.ts'
import { layoutOf, unpackStatistics, unpackWeights, type Layout } from './layout.ts'
import type { Network, Values } from './network.ts'
import { extraFeeds } from './feeds.ts'

export interface PredictorOptions extends SessionOptions {
  batchSize: number
  /** Names of intermediate tensors to put out as well. */
  taps?: readonly string[]
}

export interface Prediction {
  /** [count, classes] */
  logits: Float32Array
  /** Each [count, ..]. */
  taps: Record<string, Float32Array>
}

/** Runs a network with fixed batch-norm statistics and without dropout. */
export class Predictor {
  readonly layout: Layout
  readonly #network: Network
  readonly #options: PredictorOptions
  readonly #session: Session
  #calibration: Promise<Session> | undefined

  private constructor(network: Network, layout: Layout, session: Session, options: PredictorOptions) {
    this.layout = layout
    this.#network = network
    this.#session = session
    this.#options = options
  }

  static async create(network: Network, options: PredictorOptions): Promise<Predictor> {
    const layout = layoutOf(network, options.batchSize)
    const graph = inferenceGraph(network, layout, options)
    return new Predictor(network, layout, await loadGraph(graph, options), options)
  }

  /**
   * Statistics of every batch norm (flat: mean and biased variance of each, in the layout's order), pooled exactly
   * over all rows of all batches; each batch itself is normalised by its own statistics, as in training.
   * Every batch holds exactly `batchSize` samples (a padded one would shift the statistics): others are a problem.
   */
  async calibrate(weights: Float32Array, batches: readonly Values[], extra?: Values): Promise<Float32Array> {
    const { layout } = this
    if (layout.statisticsCount === 0) return new Float32Array(0)
    if (batches.length === 0) throw new Problem('internal', 'calibration', 'no batch was given')
    const options = this.#options
    this.#calibration ??= loadGraph(calibrationGraph(this.#network, layout, options.batchSize), options)
    const session = await this.#calibration
    const sums = new Float64Array(layout.statisticsCount)
    for (const batch of batches) {
      const feeds = { ...this.#common(weights, extra), ...this.#inputs(batch, 0, options.batchSize, true) }
      const { data } = (await session.run(feeds))['statistics']
      accumulateMoments(sums, data as Float32Array, layout)
    }
    return momentsToStatistics(sums, batches.length, layout)
  }

  /** Logits [count, classes] of `count` samples; any count, in batches of which the last is padded and cut. */
  async predict(
    weights: Float32Array,
    statistics: Float32Array,
    inputs: Values,
    count: number,
    extra?: Values,
  ): Promise<Float32Array> {
    return (await this.predictWithTaps(weights, statistics, inputs, count, extra)).logits
  }

  /** As predict, with the intermediate tensors that were asked for at creation. */
  async predictWithTaps(
    weights: Float32Array,
    statistics: Float32Array,
    inputs: Values,
    count: number,
    extra?: Values,
  ): Promise<Prediction> {
    const { batchSize, taps = [] } = this.#options
    const common = this.#common(weights, extra)
    if (this.layout.statisticsCount > 0)
      common['statistics'] = floats(statistics, [this.layout.statisticsCount])
    const rowOf = (shape: readonly number[]) => elementCount(shape.slice(1))
    const sizes = new Map(taps.map((name) => [`tap ${name}`, rowOf(this.layout.taps[name])]))
    sizes.set('logits', this.#network.classes)
    const results = new Map([...sizes].map(([name, size]) => [name, new Float32Array(count * size)]))
    for (let start = 0; start < count; start += batchSize) {
      const rows = Math.min(batchSize, count - start)
      const outputs = await this.#session.run({ ...common, ...this.#inputs(inputs, start, rows) })
      for (const [name, size] of sizes) {
        const data = outputs[name].data as Float32Array
        results.get(name)!.set(data.subarray(0, rows * size), start * size)
      }
    }
    requireFinite(results.get('logits')!, count)
    return {
      logits: results.get('logits')!,
      taps: Object.fromEntries(taps.map((name) => [name, results.get(`tap ${name}`)!])),
    }
  }

  async release(): Promise<void> {
    await this.#session.release()
    await (await this.#calibration)?.release()
  }

  #common(weights: Float32Array, extra?: Values): Record<string, Value> {
    return { weights: floats(weights, [this.layout.weightCount]), ...extraFeeds(this.layout, extra) }
  }

  /** `rows` samples from `start` on as one batch, padded with zeros. */
  #inputs(values: Values, start: number, rows: number, exact = false): Record<string, Value> {
    const { batchSize } = this.#options
    return Object.fromEntries(
      Object.entries(this.#network.inputs).map(([name, { shape }]) => {
        const size = elementCount(shape)
        const data = values[name]
        const enough = exact ? data?.length === rows * size : data?.length >= (start + rows) * size
        if (!enough)
          throw new Problem(
            'shape-mismatch',
            `input ${name}`,
            `${data?.length ?? 0} values for ${start + rows} × [${shape}]`,
          )
        const given = data.subarray(start * size, (start + rows) * size)
        return [`input ${name}`, floats(padded(given, batchSize * size), [batchSize, ...shape])]
      }),
    )
  }
}

/** What is not finite would be scored as an answer like any other. */
function requireFinite(logits: Float32Array, count: number): void {
  const at = logits.findIndex((logit) => !Number.isFinite(logit))
  if (at < 0) return
  const sample = Math.floor((at * count) / logits.length) + 1
  const detail = `those of sample ${sample} of ${count} are ${logits[at]}: the last step led to such weights`
  throw new Problem('training-diverged', 'class scores', detail)
}

function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values
  const result = new Float32Array(length)
  result.set(values)
  return result
}

/** Adds the mean and the mean square of one batch. */
function accumulateMoments(sums: Float64Array, statistics: Float32Array, layout: Layout): void {
  for (const { offset, channels } of layout.statistics)
    for (let i = offset; i < offset + channels; i++) {
      sums[i] += statistics[i]
      sums[i + channels] += statistics[i + channels] + statistics[i] ** 2
    }
}

function momentsToStatistics(sums: Float64Array, batches: number, layout: Layout): Float32Array {
  const result = new Float32Array(sums.length)
  for (const { offset, channels } of layout.statistics)
    for (let i = offset; i < offset + channels; i++) {
      const mean = sums[i] / batches
      result[i] = mean
      result[i + channels] = Math.max(0, sums[i + channels] / batches - mean ** 2)
    }
  return result
}

function inferenceGraph(network: Network, layout: Layout, options: PredictorOptions): Graph {
  const graph = new Graph({ name: 'inference' })
  const { byName } = unpackWeights(graph.input('weights', [layout.weightCount]), layout.parameters)
  const statistics =
    layout.statisticsCount > 0
      ? unpackStatistics(graph.input('statistics', [layout.statisticsCount]), layout.statistics)
      : undefined
  const { logits, taps } = buildNetwork(network, graph, {
    batch: options.batchSize,
    parameter: (name) => byName.get(name)!,
    normalise: (name, x, weight, bias) => {
      const { mean, variance } = statistics!.get(name)!
      return batchNormInference(x, weight, bias, mean, variance)
    },
    extra: (name, shape) => graph.input(`extra ${name}`, shape),
    networkInput: (name, shape) => graph.input(`input ${name}`, shape),
  })
  graph.output(logits, 'logits')
  for (const name of options.taps ?? []) {
    if (!taps[name]) throw new Problem('internal', `tap ${name}`, 'the network has no such tap')
    graph.output(taps[name], `tap ${name}`)
  }
  return graph
}

/** Output `statistics`: those of one batch, flat. */
function calibrationGraph(network: Network, layout: Layout, batchSize: number): Graph {
  const graph = new Graph({ name: 'calibration' })
  const { byName } = unpackWeights(graph.input('weights', [layout.weightCount]), layout.parameters)
  const found = new Map<string, Tensor[]>()
  buildNetwork(network, graph, {
    batch: batchSize,
    parameter: (name) => byName.get(name)!,
    normalise: (name, x, weight, bias) => {
      const { y, mean, variance } = batchNormTraining(x, weight, bias)
      found.set(name, [mean, variance])
      return y
    },
    extra: (name, shape) => graph.input(`extra ${name}`, shape),
    networkInput: (name, shape) => graph.input(`input ${name}`, shape),
  })
  graph.output(
    concat(
      layout.statistics.flatMap(({ name }) => found.get(name)!),
      0,
    ),
    'statistics',
  )
  return graph
}
