import { Worker } from 'node:worker_threads'
import { nameWantOfMemory, Problem } from '#contract/problem.ts'
import type { Job } from './job.ts'
import type { LaneAnswer, LaneOrder, LaneSetup } from './lane-messages.ts'
import type { Subject } from './part-evaluator.ts'

/** A thread beside this one that takes parts of the same jobs. */
export class Lane {
  readonly #thread: Worker
  readonly #gone: Promise<void>
  #subject: Subject | undefined
  #waiting: PromiseWithResolvers<void> | undefined
  /** Why there is no thread any more. */
  #ended: unknown

  private constructor(setup: LaneSetup) {
    this.#thread = new Worker(new URL('./lane-thread.ts', import.meta.url), {
      workerData: setup,
      name: `lane ${setup.lane}`,
    })
    this.#thread.on('message', (answer: LaneAnswer) => {
      if (answer.type === 'done') this.#waiting?.resolve()
      else this.#waiting?.reject(Problem.from(answer.problem))
    })
    this.#thread.on('error', (error) => this.#end(error))
    this.#gone = new Promise((resolve) => {
      this.#thread.on('exit', (code) => {
        this.#end(new Problem('engine-failed', 'a lane', `the thread ended with ${code}`))
        resolve()
      })
    })
  }

  /** @throws Problem `engine-failed`, `out-of-memory` */
  static async open(setup: LaneSetup): Promise<Lane> {
    const lane = new Lane(setup)
    try {
      await lane.#answer()
    } catch (error) {
      await lane.release()
      throw error
    }
    return lane
  }

  /** Takes parts of a job until none is left or the job is stopped. @throws Problem `engine-failed`, `out-of-memory` */
  async work(subject: Subject, job: Job): Promise<void> {
    if (this.#subject !== subject) this.#tell({ type: 'subject', subject })
    this.#subject = subject
    this.#tell({ type: 'job', job })
    await this.#answer()
  }

  /** Lets the thread give back what it holds, and waits for its end: one that is cut off in the engine takes the process along. */
  async release(): Promise<void> {
    this.#thread.ref()
    this.#tell({ type: 'end' })
    await this.#gone
  }

  /** What is told first counts: an error is followed by the exit. */
  #end(because: unknown): void {
    this.#ended ??= nameWantOfMemory(because, () => 'a lane')
    this.#waiting?.reject(this.#ended)
  }

  #tell(order: LaneOrder): void {
    this.#thread.postMessage(order)
  }

  /** Only a thread that somebody waits for keeps the process from ending. */
  async #answer(): Promise<void> {
    this.#waiting = Promise.withResolvers()
    if (this.#ended) this.#waiting.reject(this.#ended)
    this.#thread.ref()
    try {
      await this.#waiting.promise
    } finally {
      this.#waiting = undefined
      this.#thread.unref()
    }
  }
}
