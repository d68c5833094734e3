import { join } from 'node:path'
import type { Push } from '#contract/calls.ts'
import type { QueueState } from '#contract/calls/queue.ts'
import type { RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { RunStateName, RunStatus } from '#contract/run/status.ts'
import { livenessOf, readConfig, readStatus } from '#worker/run-directory/read.ts'
import { changeStatus, createRun } from '#worker/run-directory/write.ts'
import { isPlainFolder } from '../library/folders.ts'
import { maySignal } from '../workers/adopt-worker.ts'
import { RunExecutor, type ExecutorOptions } from './run-executor.ts'
import { RunQueue, type Waiting } from './run-queue.ts'
import type { RunEnd } from './settle-run.ts'

export interface SchedulerOptions extends ExecutorOptions {
  /** Runs at a time. */
  slots: number
  /** Told of the queue after it has changed, ten times a second at most. */
  onQueue: (queue: QueueState) => void
}

/** What becomes of the runs that are being executed when the workbench closes. */
export type EndOfRuns = 'pause' | 'keep' | 'cancel'

const tellMs = 100

const resumable = new Set<RunStateName>(['interrupted', 'paused', 'cancelled', 'failed'])

/** Decides which runs are executed when. What it was told stands in the runs' status, so that it survives this process. */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #executor: RunExecutor
  readonly #queue: RunQueue
  #telling: NodeJS.Timeout | undefined

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#executor = new RunExecutor(options)
    this.#queue = new RunQueue({
      slots: options.slots,
      execute: async (id) => {
        if (this.#stillWaits(id)) await this.#executor.execute(id)
      },
      onChange: () => this.#tell(),
    })
  }

  /**
   * Takes up what an earlier workbench left of its queue: runs that go on without it are adopted, those that waited wait
   * again in their order.
   */
  open(left: readonly { id: string; status: RunStatus }[]): void {
    const own = left.filter(({ status }) => status.queuedAt !== null)
    for (const { id, status } of own) {
      const { state, process: holder } = status
      // Nobody here could end that of another user: whoever waited for it would wait for ever.
      if (state === 'running' && holder && livenessOf(holder) === 'alive' && maySignal(holder.pid))
        this.#queue.occupy(id, this.#executor.adopt(id, holder))
    }
    const waiting = own.filter(({ status }) => status.state === 'queued')
    for (const next of waiting.map(waitingFrom).toSorted(byPrecedence)) this.#queue.add(next)
  }

  /** Told of every push: a run that a terminal has begun waits no more. */
  notice(told: Push): void {
    if (told.topic === 'run.changed' && told.summary.state !== 'queued') this.#queue.remove(told.summary.id)
  }

  /** Whether a worker in the care of this process is on the run. */
  executes(id: string): boolean {
    return this.#executor.executes(id)
  }

  /** Slots in which no run is executed. */
  get freeSlots(): number {
    return Math.max(0, this.#queue.slots - this.#queue.running.length)
  }

  /** How the worker of a run ended that has not got its final state yet. */
  endOf(id: string): RunEnd | undefined {
    return this.#executor.endOf(id)
  }

  get queue(): QueueState {
    const { running, waiting } = this.#queue
    const taken = running.map((run) => ({ device: this.#deviceOf(run), run }))
    return {
      slots: [
        ...taken,
        ...Array.from({ length: this.freeSlots }, () => ({ device: 'auto' as const, run: null })),
      ],
      waiting,
    }
  }

  /** Makes a run and queues it; answers its id. @throws Problem `data-folder-unwritable` */
  start(config: RunConfig): string {
    const { id } = createRun(this.#options.runsDir, config, Date.now(), { inQueue: true })
    this.enqueue([id])
    return id
  }

  /** Queues runs that were made to wait, in this order among those made at once. @throws Problem `run-not-found` */
  enqueue(made: readonly string[]): void {
    for (const id of made) {
      this.#queue.add(waitingFrom({ id, status: readStatus(this.#directory(id)) }))
      this.#options.onSettled(id)
    }
  }

  /**
   * Queues a run that has stopped before its end, as soon as its worker has ended.
   * @throws Problem `run-not-resumable`, `run-not-found`, `run-busy`
   */
  async resume(id: string): Promise<void> {
    this.#refuseUnstopped(id, readStatus(this.#ownFolder(id)))
    await this.#queue.ended(id)
    const status = changeStatus(this.#directory(id), (found) => {
      this.#refuseUnstopped(id, found)
      return { state: 'queued', queuedAt: Date.now() }
    })
    this.#queue.remove(id)
    this.#queue.add(waitingFrom({ id, status }))
    this.#options.onSettled(id)
  }

  /**
   * Stops a run at its next checkpoint, whichever process works on it, or takes it out of the queue; any other stays as it
   * is. The answer does not wait for the checkpoint.
   * @throws Problem `run-not-found`, `run-busy`, `not-allowed` when the run is on another machine
   */
  pause(id: string): void {
    this.#stop(id, 'paused')
  }

  /** Like `pause`, but the run counts as given up. @throws Problem as `pause` */
  cancel(id: string): void {
    this.#stop(id, 'cancelled')
  }

  /** A waiting run goes before those of lower priority. @throws Problem `run-not-found`, `run-busy` while it is executed */
  prioritise(id: string, priority: number): void {
    if (this.executes(id)) throw new Problem('run-busy', id, 'its priority counts while it waits')
    const status = changeStatus(this.#ownFolder(id), () => ({ priority }))
    if (this.#queue.remove(id)) this.#queue.add(waitingFrom({ id, status }))
    this.#options.onSettled(id)
  }

  /** Runs at a time from now on; those that are being executed are not stopped. */
  setSlots(slots: number): void {
    this.#queue.setSlots(slots)
  }

  /**
   * Begins no run any more and answers when no worker is left that would end with this process. What waits is found by the
   * next workbench.
   * @throws Problem `keep-impossible` when workers cannot go on alone; then nothing has changed.
   */
  async close(running: EndOfRuns): Promise<void> {
    if (running === 'keep' && !this.#executor.canKeep)
      throw new Problem('keep-impossible', 'the workbench', 'its workers end with it')
    this.#queue.close()
    if (running === 'keep') await this.#executor.keepAll()
    else this.#executor.stopAll(running === 'pause' ? 'paused' : 'cancelled')
    await this.#queue.drained()
    clearTimeout(this.#telling)
  }

  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined
      this.#options.onQueue(this.queue)
    }, tellMs)
  }

  #refuseUnstopped(id: string, { state }: RunStatus): void {
    if (!resumable.has(state)) throw new Problem('run-not-resumable', id, `it is ${state}`)
  }

  #stop(id: string, wanted: 'paused' | 'cancelled'): void {
    const status = readStatus(this.#ownFolder(id))
    if (this.#executor.stop(id, wanted)) return
    if (status.state === 'running') this.#stopForeign(id, status, wanted)
    else if (this.#queue.has(id) || status.state === 'queued') {
      changeStatus(this.#directory(id), ({ state }) =>
        state === 'queued' ? { state: wanted, stoppedBy: 'the window, while it waited' } : null,
      )
      this.#queue.remove(id)
      this.#options.onSettled(id)
    }
  }

  /** A search in a terminal, for example. */
  #stopForeign(id: string, { process: holder }: RunStatus, wanted: 'paused' | 'cancelled'): void {
    if (holder === null) return
    const liveness = livenessOf(holder)
    if (liveness === 'unknown') throw new Problem('not-allowed', id, `it runs on the machine ${holder.host}`)
    if (liveness === 'dead') return
    if (!maySignal(holder.pid))
      throw new Problem('not-allowed', id, `process ${holder.pid} of another user works on it`)
    this.#queue.occupy(id, this.#executor.adopt(id, holder))
    this.#executor.stop(id, wanted)
  }

  /** Not what a terminal has taken out of the queue meanwhile. Of what cannot be read, its worker tells why. */
  #stillWaits(id: string): boolean {
    try {
      const { state, queuedAt } = readStatus(this.#directory(id))
      return state === 'queued' && queuedAt !== null
    } catch (error) {
      if (error instanceof Problem) return true
      throw error
    }
  }

  /** What the run asked for; one that vanished while it was worked on asks for nothing any more. */
  #deviceOf(id: string): QueueState['slots'][number]['device'] {
    try {
      return readConfig(this.#directory(id)).device
    } catch (error) {
      if (error instanceof Problem) return 'auto'
      throw error
    }
  }

  /** The folder of a run whose status is to change. @throws Problem `run-not-found` for a link, which may lead anywhere */
  #ownFolder(id: string): string {
    const directory = this.#directory(id)
    if (isPlainFolder(directory)) return directory
    throw new Problem('run-not-found', id, `there is no folder at ${directory}`)
  }

  #directory(id: string): string {
    return join(this.#options.runsDir, id)
  }
}

const waitingFrom = ({ id, status }: { id: string; status: RunStatus }): Waiting => ({
  id,
  priority: status.priority,
  at: status.queuedAt ?? status.updatedAt,
})

const byPrecedence = (one: Waiting, other: Waiting) => other.priority - one.priority || one.at - other.at
