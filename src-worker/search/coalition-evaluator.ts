import type { DeviceName } from '#contract/device.ts'
import { elementCount } from '../graph/tensor.ts'
import { floats, integers, type Value } from '../onnx/session.ts'
import type { FusionSpace } from '../space/space.ts'
import { supernet } from '../space/supernet.ts'
import { layoutOf, type Layout } from '../training/layout.ts'
import type { Values } from '../training/network.ts'
import { type CellStep, planMixtures } from './coalitions/plan.ts'
import { endOfRun, PaceKeeper, rowsPerRun, mixturesTogether } from './coalitions/sizes.ts'
import {
  loadStages,
  prepareStages,
  type Prepared,
  type Stage,
  type SupernetState,
} from './coalitions/stage.ts'
import { numbersOf, widthOf } from './coalitions/step-numbers.ts'

export type { SupernetState }

/** What all mixtures of a state share on the same inputs; kept from call to call. */
interface Shared {
  readonly state: SupernetState
  readonly inputs: Values
  readonly prepared: Prepared
  /** The features after their reshape layers, by the part of the batch. */
  readonly features: Map<string, Record<string, Value>>
}

/**
 * Evaluates many mixtures of one supernet on one batch. What they share is computed once: the reshape layers, which no
 * mixture touches; every distinct sum at the input of a cell; every operation of an inner node once for what the node
 * reads, if it is present at all; every distinct output of a cell (see `planMixtures`). The batch goes through in parts
 * that stay in the cache.
 *
 * Every mixture goes through the same arithmetic whatever else is in the call, so its logits do not depend on the
 * company.
 */
export class CoalitionEvaluator {
  readonly #space: FusionSpace
  readonly #classes: number
  readonly #rows: number
  readonly #layout: Layout
  readonly #features: Stage
  readonly #cells: readonly Stage[]
  readonly #pace = new PaceKeeper()
  #shared: Shared | undefined

  private constructor(
    space: FusionSpace,
    classes: number,
    rows: number,
    stages: { features: Stage; cells: readonly Stage[] },
  ) {
    this.#space = space
    this.#classes = classes
    this.#rows = rows
    this.#layout = layoutOf(supernet(space, classes))
    this.#features = stages.features
    this.#cells = stages.cells
  }

  /** @param options.batchSize Samples that a call is expected to have; any number may come. */
  static async create(
    space: FusionSpace,
    classes: number,
    options: { batchSize: number; device?: DeviceName; threads?: number },
  ): Promise<CoalitionEvaluator> {
    const { batchSize, ...engine } = options
    const rows = rowsPerRun(space.config, batchSize)
    return new CoalitionEvaluator(space, classes, rows, await loadStages(space, classes, rows, engine))
  }

  /**
   * Logits `[mixtures, count, classes]` of `count` samples under every mixture.
   * What is made of a state and inputs is kept for the next call with the same: they must not change in between.
   * @param inputs By feature id `[count, length, channels]`.
   * @param mixtures `[players]` each, after softmax and mask.
   * @param breathe Lets messages in between two runs of the engine; what it throws ends the evaluation.
   */
  async evaluate(
    state: SupernetState,
    inputs: Values,
    count: number,
    mixtures: readonly Float32Array[],
    breathe?: () => Promise<void>,
  ): Promise<Float32Array> {
    const size = count * this.#classes
    const logits = new Float32Array(mixtures.length * size)
    const shared = await this.#share(state, inputs)
    const together = mixturesTogether(this.#space.config, this.#rows)
    for (let from = 0; from < mixtures.length; from += together) {
      const plan = planMixtures(this.#space, mixtures.slice(from, from + together))
      const distinct = new Float32Array(plan.cells[plan.cells.length - 1].length * size)
      for (let start = 0; start < count; start += this.#rows) {
        const rows = Math.min(this.#rows, count - start)
        const features = await this.#featuresOf(shared, start, rows)
        const found = await this.#evaluateRows(shared.prepared, features, plan.cells, breathe)
        this.#copyRows(found, distinct, { start, rows, count })
      }
      plan.answers.forEach((step, i) =>
        logits.set(distinct.subarray(step * size, (step + 1) * size), (from + i) * size),
      )
    }
    return logits
  }

  async release(): Promise<void> {
    for (const { preparation, session } of [this.#features, ...this.#cells]) {
      await preparation.release()
      await session.release()
    }
  }

  /** What the last call was about, or it made anew. */
  async #share(state: SupernetState, inputs: Values): Promise<Shared> {
    if (this.#shared?.state !== state || this.#shared.inputs !== inputs)
      this.#shared = {
        state,
        inputs,
        prepared: await prepareStages([this.#features, ...this.#cells], this.#layout, state),
        features: new Map(),
      }
    return this.#shared
  }

  async #featuresOf(
    { inputs, prepared, features }: Shared,
    start: number,
    rows: number,
  ): Promise<Record<string, Value>> {
    const part = `${rows} from ${start}`
    const known =
      features.get(part) ??
      (await this.#features.session.run({
        ...prepared.get(this.#features),
        ...this.#batch(inputs, start, rows),
      }))
    features.set(part, known)
    return known
  }

  /** Logits `[steps of the last cell, rows, classes]` of one part of the batch. */
  async #evaluateRows(
    prepared: Prepared,
    features: Readonly<Record<string, Value>>,
    cells: readonly (readonly CellStep[])[],
    breathe?: () => Promise<void>,
  ): Promise<Float32Array> {
    const { length, channels } = this.#space.config
    const shape = [this.#rows, length, channels]
    const known = { ...features }
    for (const [cell, steps] of cells.entries()) {
      const last = cell === cells.length - 1
      const outputShape = last ? [this.#rows, this.#classes] : shape
      const fixed = { ...prepared.get(this.#cells[cell]), ...known }
      const outputs = await this.#runSteps(cell, steps, fixed, elementCount(outputShape), breathe)
      if (last) return outputs
      known[`cell ${cell}`] = floats(outputs, [steps.length, ...outputShape])
    }
    throw new RangeError('a supernet has one cell at least')
  }

  /** The outputs of a cell, `[steps, size]`, in runs that leave room for messages. */
  async #runSteps(
    cell: number,
    steps: readonly CellStep[],
    fixed: Readonly<Record<string, Value>>,
    size: number,
    breathe?: () => Promise<void>,
  ): Promise<Float32Array> {
    let outputs: Float32Array | undefined
    let from = 0
    while (from < steps.length) {
      await breathe?.()
      const some = steps.slice(from, endOfRun(steps, from, this.#pace.stepsPerRun(cell)))
      const begun = performance.now()
      const feeds: Record<string, Value> = {
        ...fixed,
        steps: floats(numbersOf(some), [some.length, widthOf(this.#space, cell)]),
      }
      if (cell > 0)
        feeds['sources'] = integers(
          some.flatMap(({ sources }) => sources),
          [some.length, cell],
        )
      const [{ data }] = Object.values(await this.#cells[cell].session.run(feeds))
      this.#pace.note(cell, some.length, performance.now() - begun)
      if (some.length === steps.length) return data as Float32Array
      outputs ??= new Float32Array(steps.length * size)
      outputs.set(data as Float32Array, from * size)
      from += some.length
    }
    return outputs ?? new Float32Array(0)
  }

  /** `rows` samples from `start` on, padded with zeros. */
  #batch(inputs: Values, start: number, rows: number): Record<string, Value> {
    const feeds: Record<string, Value> = {}
    for (const { id, channels } of this.#space.features) {
      const shape = [this.#space.config.length, channels]
      const size = elementCount(shape)
      const batch = new Float32Array(this.#rows * size)
      batch.set(inputs[id].subarray(start * size, (start + rows) * size))
      feeds[id] = floats(batch, [this.#rows, ...shape])
    }
    return feeds
  }

  /** Logits `[steps, rows of a run, classes]` to their places in `[steps, count, classes]`. */
  #copyRows(
    from: Float32Array,
    to: Float32Array,
    part: { start: number; rows: number; count: number },
  ): void {
    const classes = this.#classes
    for (let step = 0; step * this.#rows * classes < from.length; step++) {
      const first = step * this.#rows * classes
      to.set(from.subarray(first, first + part.rows * classes), (step * part.count + part.start) * classes)
    }
  }
}
