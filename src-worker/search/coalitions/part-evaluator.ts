import { elementCount } from '../../graph/tensor.ts'
import { floats, integers, type Value } from '../../onnx/session.ts'
import type { FusionSpace } from '../../space/space.ts'
import { supernet } from '../../space/supernet.ts'
import { layoutOf, type Layout } from '../../training/layout.ts'
import type { Values } from '../../training/network.ts'
import type { CellStep } from './plan.ts'
import { endOfRun, PaceKeeper } from './sizes.ts'
import {
  loadStages,
  prepareStages,
  type Engine,
  type Prepared,
  type Stage,
  type SupernetState,
} from './stage.ts'
import { numbersOf, widthOf } from './step-numbers.ts'

/** A supernet, and the samples that it is valued on, by feature id `[count, length, channels]`. */
export interface Subject {
  readonly state: SupernetState
  readonly inputs: Values
}

/** Consecutive samples of a batch. */
export interface Part {
  readonly start: number
  readonly rows: number
  /** Whether the next call with the same subject may well be about it. */
  readonly recurs: boolean
}

/** What every evaluation of a subject takes. */
interface Shared {
  readonly subject: Subject
  readonly prepared: Prepared
  /** The features after their reshape layers, by the part of the batch; of parts that recur. */
  readonly features: Map<string, Record<string, Value>>
}

/** Computes what mixtures share, cell after cell, on one part of a batch at a time. */
export class PartEvaluator {
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

  /** @param rows Samples of a part at most. */
  static async create(
    space: FusionSpace,
    classes: number,
    rows: number,
    engine: Engine,
  ): Promise<PartEvaluator> {
    return new PartEvaluator(space, classes, rows, await loadStages(space, classes, rows, engine))
  }

  /**
   * Logits `[steps of the last cell, rows of a part at most, classes]`. What is made of a subject is kept for the next
   * call with the same one, which must not change in between.
   * @param breathe Lets messages in between two runs of the engine; what it throws ends the evaluation.
   */
  async evaluate(
    subject: Subject,
    part: Part,
    cells: readonly (readonly CellStep[])[],
    breathe?: () => Promise<void>,
  ): Promise<Float32Array> {
    const { length, channels } = this.#space.config
    const shape = [this.#rows, length, channels]
    const shared = await this.#share(subject)
    const known = { ...(await this.#featuresOf(shared, part)) }
    for (const [cell, steps] of cells.entries()) {
      const last = cell === cells.length - 1
      const outputShape = last ? [this.#rows, this.#classes] : shape
      const fixed = { ...shared.prepared.get(this.#cells[cell]), ...known }
      const outputs = await this.#runSteps(cell, steps, fixed, elementCount(outputShape), breathe)
      if (last) return outputs
      known[`cell ${cell}`] = floats(outputs, [steps.length, ...outputShape])
    }
    throw new RangeError('a supernet has one cell at least')
  }

  async release(): Promise<void> {
    for (const { preparation, session } of [this.#features, ...this.#cells]) {
      await preparation.release()
      await session.release()
    }
  }

  /** What the last call was about, or it made anew. */
  async #share(subject: Subject): Promise<Shared> {
    if (this.#shared?.subject !== subject) {
      const prepared = await prepareStages([this.#features, ...this.#cells], this.#layout, subject.state)
      this.#shared = { subject, prepared, features: new Map() }
    }
    return this.#shared
  }

  async #featuresOf(
    { subject, prepared, features }: Shared,
    { start, rows, recurs }: Part,
  ): Promise<Record<string, Value>> {
    const part = `${rows} from ${start}`
    const known =
      features.get(part) ??
      (await this.#features.session.run({
        ...prepared.get(this.#features),
        ...this.#batch(subject.inputs, start, rows),
      }))
    if (recurs) features.set(part, known)
    return known
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
}
