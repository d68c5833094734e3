import type { DeviceName } from '#contract/device.ts'
import { loadGraph } from '../onnx/load-graph.ts'
import { floats, type Session, type Value } from '../onnx/session.ts'
import { layoutOf, type Layout } from './layout.ts'
import type { Network, Values } from './network.ts'
import { buildInputGradient, type LossName } from './step-graph.ts'
import { extraFeeds } from './feeds.ts'

/**
 * Gradients of a batch's loss with respect to extra inputs of a network, as DARTS takes them of its mixture weights.
 * Batch norms use the batch's own statistics; dropout is off.
 */
export class InputGradient {
  readonly layout: Layout
  readonly #network: Network
  readonly #session: Session
  readonly #batchSize: number
  readonly #wrt: readonly string[]

  private constructor(
    network: Network,
    layout: Layout,
    session: Session,
    batchSize: number,
    wrt: readonly string[],
  ) {
    this.layout = layout
    this.#network = network
    this.#session = session
    this.#batchSize = batchSize
    this.#wrt = wrt
  }

  /** `wrt` names extra inputs of the network. */
  static async create(
    network: Network,
    options: {
      batchSize: number
      loss: LossName
      wrt: readonly string[]
      device?: DeviceName
      threads?: number
      spinning?: number
    },
  ): Promise<InputGradient> {
    const layout = layoutOf(network, options.batchSize)
    const session = await loadGraph(buildInputGradient(network, layout, options), options)
    return new InputGradient(network, layout, session, options.batchSize, options.wrt)
  }

  /** One batch: inputs[batch, ..], targets[batch, classes]; gradients in the shapes of their inputs, flat. */
  async run(
    weights: Float32Array,
    inputs: Values,
    targets: Float32Array,
    extra: Values,
  ): Promise<{ loss: number; gradients: Record<string, Float32Array> }> {
    const feeds: Record<string, Value> = {
      weights: floats(weights, [this.layout.weightCount]),
      targets: floats(targets, [this.#batchSize, this.#network.classes]),
      ...extraFeeds(this.layout, extra),
    }
    for (const [name, { shape }] of Object.entries(this.#network.inputs))
      feeds[`input ${name}`] = floats(inputs[name], [this.#batchSize, ...shape])
    const results = await this.#session.run(feeds)
    return {
      loss: (results['loss'].data as Float32Array)[0],
      gradients: Object.fromEntries(
        this.#wrt.map((name) => [name, results[`gradient ${name}`].data as Float32Array]),
      ),
    }
  }

  async release(): Promise<void> {
    await this.#session.release()
  }
}
