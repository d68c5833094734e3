import { setTimeout } from 'node:timers/promises'
import { operations } from '../space/operations/index.ts'
import type { FusionSpace } from '../space/space.ts'
import type { Values } from '../training/network.ts'
import { createJob, type Job, stopJob, workOff } from './coalitions/job.ts'
import { Lane } from './coalitions/lane.ts'
import { PartEvaluator, type Subject } from './coalitions/part-evaluator.ts'
import { planMixtures } from './coalitions/plan.ts'
import { mixturesTogether, type Passage } from './coalitions/sizes.ts'
import type { Engine, SupernetState } from './coalitions/stage.ts'

export type { SupernetState }

/** Between two breaths while nothing is done here. */
const breathMs = 50

/**
 * Evaluates many mixtures of one supernet on one batch. What they share is computed once: the reshape layers, which no
 * mixture touches; every distinct sum at the input of a cell; every operation of an inner node once for what the node
 * reads, if it is present at all; every distinct output of a cell (see `planMixtures`). The batch goes through in parts
 * that stay in the cache, on several threads at a time.
 *
 * Every mixture goes through the same arithmetic whatever else is in the call and whichever thread it is on, so its
 * logits do not depend on the company.
 */
export class CoalitionEvaluator {
  readonly #space: FusionSpace
  readonly #classes: number
  readonly #rows: number
  readonly #own: PartEvaluator
  readonly #lanes: readonly Lane[]
  #asked: Subject | undefined
  #subject: Subject | undefined
  /** Ends with the calls so far, whichever way they do. */
  #calls: Promise<unknown> = Promise.resolve()

  private constructor(
    space: FusionSpace,
    classes: number,
    rows: number,
    { own, lanes }: { own: PartEvaluator; lanes: readonly Lane[] },
  ) {
    this.#space = space
    this.#classes = classes
    this.#rows = rows
    this.#own = own
    this.#lanes = lanes
  }

  static async create(
    space: FusionSpace,
    classes: number,
    options: Passage & Engine,
  ): Promise<CoalitionEvaluator> {
    const { rows, lanes = 1, ...engine } = options
    const { config, features, table } = space
    if (lanes > 1 && table !== operations) throw new RangeError('threads know no planted operations')
    const opening = Array.from({ length: lanes - 1 }, (_, i) =>
      Lane.open({ config, features, classes, rows, lane: i + 1, lanes }),
    )
    const own = PartEvaluator.create(space, classes, rows, engine)
    const all = await Promise.allSettled([own, ...opening])
    try {
      return new CoalitionEvaluator(space, classes, rows, {
        own: await own,
        lanes: await Promise.all(opening),
      })
    } catch (error) {
      for (const one of all) if (one.status === 'fulfilled') await one.value.release()
      throw error
    }
  }

  /**
   * Logits `[mixtures, count, classes]` of `count` samples under every mixture. Calls are answered one after the other.
   * What is made of a state and inputs is kept for the next call with the same: they must not change in between.
   * @param inputs By feature id `[count, length, channels]`.
   * @param mixtures `[players]` each, after softmax and mask.
   * @param breathe Lets messages in between two runs of the engine; what it throws ends the evaluation.
   */
  evaluate(
    state: SupernetState,
    inputs: Values,
    count: number,
    mixtures: readonly Float32Array[],
    breathe?: () => Promise<void>,
  ): Promise<Float32Array> {
    const answer = this.#calls.then(() => this.#evaluate(state, inputs, count, mixtures, breathe))
    this.#calls = answer.catch(() => undefined)
    return answer
  }

  /** When the calls so far have ended. */
  async release(): Promise<void> {
    await this.#calls
    for (const one of [this.#own, ...this.#lanes]) await one.release()
  }

  async #evaluate(
    state: SupernetState,
    inputs: Values,
    count: number,
    mixtures: readonly Float32Array[],
    breathe?: () => Promise<void>,
  ): Promise<Float32Array> {
    const size = count * this.#classes
    const logits = new Float32Array(mixtures.length * size)
    const subject = this.#subjectOf(state, inputs)
    const together = mixturesTogether(this.#space.config, this.#rows * (1 + this.#lanes.length))
    for (let from = 0; from < mixtures.length; from += together) {
      const plan = planMixtures(this.#space, mixtures.slice(from, from + together))
      const job = createJob(plan.cells, { count, rows: this.#rows, classes: this.#classes })
      await this.#workOff(subject, job, breathe)
      plan.answers.forEach((step, i) =>
        logits.set(job.logits.subarray(step * size, (step + 1) * size), (from + i) * size),
      )
    }
    return logits
  }

  /** Everybody at once; none is at work any more when this ends, whichever way it does. */
  async #workOff(subject: Subject, job: Job, breathe?: () => Promise<void>): Promise<void> {
    const place = { lane: 0, lanes: 1 + this.#lanes.length }
    const others = this.#lanes.map((lane) => lane.work(subject, job))
    const own = workOff(this.#own, subject, job, place, breathe)
    const all = [own.then(() => breatheUntilEnded(others, breathe)), ...others]
    const stopping = all.map((one) =>
      one.catch((error: unknown) => {
        stopJob(job)
        throw error
      }),
    )
    for (const one of await Promise.allSettled(stopping)) if (one.status === 'rejected') throw one.reason
  }

  /** What the last call was about, or a new subject; threads read the inputs in memory that they share. */
  #subjectOf(state: SupernetState, inputs: Values): Subject {
    const known = this.#asked?.inputs === inputs ? this.#subject : undefined
    if (!known || this.#asked?.state !== state) {
      this.#subject = { state, inputs: known?.inputs ?? this.#forAllLanes(inputs) }
      this.#asked = { state, inputs }
    }
    return this.#subject!
  }

  #forAllLanes(inputs: Values): Values {
    return this.#lanes.length > 0 ? inSharedMemory(inputs) : inputs
  }
}

/** Whoever is done here still hears that all shall stop while others are at work. */
async function breatheUntilEnded(
  others: readonly Promise<void>[],
  breathe: () => Promise<void> = async () => {},
): Promise<void> {
  const ended = Promise.allSettled(others).then(() => true)
  let done = others.length === 0
  while (!done) {
    done = await Promise.race([ended, setTimeout(breathMs, false)])
    await breathe()
  }
}

function inSharedMemory(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, numbers]) => {
      const shared = new Float32Array(new SharedArrayBuffer(numbers.byteLength))
      shared.set(numbers)
      return [name, shared]
    }),
  )
}
