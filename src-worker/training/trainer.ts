import type { DeviceName } from '#contract/device.ts'
import { Problem } from '#contract/problem.ts'
import { elementCount } from '../graph/tensor.ts'
import { loadGraph } from '../onnx/load-graph.ts'
import { Held } from '../onnx/held.ts'
import { floats, type Session } from '../onnx/session.ts'
import type { AdamOptions } from './adam.ts'
import { maskPools } from './dropout.ts'
import { extraFeeds, type Minibatches, type StepModel, stepFeeds } from './feeds.ts'
import { findDivergence } from './find-divergence.ts'
import { layoutOf, type Layout } from './layout.ts'
import type { Network, Values } from './network.ts'
import { disposeOf, numbersOf, type Place, vectorNames } from './place.ts'
import { buildSteps, type LossName } from './step-graph.ts'

export type { Minibatches }

export interface TrainerOptions {
  /** What is trained, for the problem of a loss that is not finite. */
  name?: string
  batchSize: number
  /** Steps of one call into the engine, between which the program can answer; 8 when omitted. */
  steps?: number
  device?: DeviceName
  threads?: number
  spinning?: number
  loss: LossName
  weightDecay?: number
  beta1?: number
  beta2?: number
  epsilon?: number
  /** Seed of the dropout masks; the mask of a step depends on it and the step alone. */
  dropoutSeed: number
}

type CompleteOptions = TrainerOptions & Required<Pick<TrainerOptions, 'steps'>> & AdamOptions

/** What training has reached; plain data that a checkpoint holds. All vectors are flat, in the layout's order. */
export interface TrainingState {
  weights: Float32Array
  /** First and second moment of Adam, divided by 1 − β₁ and 1 − β₂. */
  m: Float32Array
  v: Float32Array
  /** Updates done. */
  step: number
}

/** State before the first step. */
export function initialState(weights: Float32Array): TrainingState {
  return { weights, m: new Float32Array(weights.length), v: new Float32Array(weights.length), step: 0 }
}

/** Trains a network by Adam; forward, backward and update are one model that runs several steps a call. */
export class Trainer {
  /** Assign it to start or to resume; it is replaced, never changed in place. */
  state: TrainingState
  readonly layout: Layout
  readonly #model: StepModel & { readonly options: CompleteOptions }
  readonly #session: Session
  /** What the device holds, and the state that it is: nothing has to be copied there while that is the state. */
  #onDevice: { state: TrainingState; place: Place } | undefined

  private constructor(model: StepModel & { options: CompleteOptions }, session: Session) {
    this.layout = model.layout
    this.state = initialState(new Float32Array(model.layout.weightCount))
    this.#model = model
    this.#session = session
  }

  /** Builds and loads the model. The weights are zeros until `state` is assigned. */
  static async create(network: Network, given: TrainerOptions): Promise<Trainer> {
    const options = {
      steps: 8,
      weightDecay: 0,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      ...given,
    }
    const layout = layoutOf(network, options.batchSize)
    const pools = maskPools(layout.dropouts, options.dropoutSeed)
    const held = vectorNames.map((name) => `next ${name}`)
    const graph = buildSteps(network, layout, { ...options, pools })
    return new Trainer({ network, layout, pools, options }, await loadGraph(graph, { ...options, held }))
  }

  /**
   * Makes one update for every learning rate; returns the loss of each minibatch before its update. Throws a problem
   * when a loss is not finite, which names the first tensor that is not; the state is then that of the last good call of
   * K steps.
   */
  async train(batches: Minibatches): Promise<{ losses: Float32Array }> {
    const total = batches.learningRates.length
    const losses = new Float32Array(total)
    let place = this.#place()
    try {
      const { steps } = this.#model.options
      for (let start = 0; start < total; start += steps) {
        const count = Math.min(steps, total - start)
        const done = await this.#run(place, batches, start, count)
        losses.set(done.losses, start)
        place = this.#replace(place, done.place)
      }
    } finally {
      await this.#bringBack(place)
    }
    return { losses }
  }

  async release(): Promise<void> {
    if (this.#onDevice) disposeOf(this.#onDevice.place)
    await this.#session.release()
  }

  /** The state as it is fed: what the device holds of it, or its numbers. */
  #place(): Place {
    const { state } = this
    if (this.#onDevice?.state === state) return this.#onDevice.place
    if (this.#onDevice) disposeOf(this.#onDevice.place)
    this.#onDevice = undefined
    const vector = (data: Float32Array) => floats(data, [this.layout.weightCount])
    return {
      step: state.step,
      vectors: { weights: vector(state.weights), m: vector(state.m), v: vector(state.v) },
    }
  }

  #replace(before: Place, after: Place): Place {
    disposeOf(before)
    return after
  }

  /** Makes a place the trainer's state; the device goes on holding it. */
  async #bringBack(place: Place): Promise<void> {
    if (place === this.#onDevice?.place) return
    const { weights, m, v } = place.vectors
    this.state = {
      weights: await numbersOf(weights),
      m: await numbersOf(m),
      v: await numbersOf(v),
      step: place.step,
    }
    this.#onDevice = weights instanceof Held ? { state: this.state, place } : undefined
  }

  async #run(
    place: Place,
    batches: Minibatches,
    start: number,
    count: number,
  ): Promise<{ losses: Float32Array; place: Place }> {
    const results = await this.#session.runHeld(stepFeeds(this.#model, place, batches, { start, count }))
    const [weights, m, v] = vectorNames.map((name) => results[`next ${name}`])
    const next = { step: place.step + count, vectors: { weights, m, v } }
    const losses = await numbersOf(results['losses'])
    const bad = losses.findIndex((loss) => !Number.isFinite(loss))
    if (bad < 0) return { losses, place: next }
    disposeOf(next)
    throw await this.#divergence(place, batches, start, bad, losses[bad])
  }

  /** Makes the good steps of a call again, and looks into the one whose loss is not finite. */
  async #divergence(
    place: Place,
    batches: Minibatches,
    start: number,
    bad: number,
    loss: number,
  ): Promise<Problem> {
    const { network, options } = this.#model
    const { name, batchSize } = options
    const feeds = () => stepFeeds(this.#model, place, batches, { start, count: bad })
    const good = bad === 0 ? undefined : await this.#session.runHeld(feeds())
    const before = await numbersOf(good?.['next weights'] ?? place.vectors.weights)
    for (const value of Object.values(good ?? {})) if (value instanceof Held) value.dispose()
    const rowsOf = ([input, { shape }]: [string, { shape: readonly number[] }]) => {
      const size = batchSize * elementCount(shape)
      return [input, batches.inputs[input].subarray((start + bad) * size, (start + bad + 1) * size)]
    }
    const step = {
      weights: before,
      inputs: Object.fromEntries(Object.entries(network.inputs).map(rowsOf)) as Values,
      extra: extraFeeds(this.layout, batches.extra),
      batchSize,
    }
    const found = await findDivergence(network, this.layout, step, options)
    const at = `step ${place.step + bad + 1}`
    return new Problem('training-diverged', name ? `${name}, ${at}` : at, `the loss is ${loss}; ${found}`)
  }
}
