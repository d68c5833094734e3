import { join } from 'node:path'
import type { DeviceStatus } from '#contract/device.ts'
import { reportOf, type ProblemReport } from '#contract/problem.ts'
import type { StoppedState } from '#contract/run/status.ts'
import type { ProcessIdentity } from '#worker/run-directory/process-identity.ts'
import { readConfig } from '#worker/run-directory/read.ts'
import type { DeviceList } from '../devices/device-list.ts'
import { adoptWorker } from '../workers/adopt-worker.ts'
import { countMemoryKills, describeExit } from '../workers/describe-exit.ts'
import type { SpawnWorker, WorkerExit, WorkerProcess } from '../workers/spawn-worker.ts'
import { stopWorker, type StopDelays } from '../workers/stop-worker.ts'
import { settleRun, type RunEnd } from './settle-run.ts'

export interface ExecutorOptions {
  dataDir: string
  runsDir: string
  spawnWorker: SpawnWorker
  /** Watches over a worker that another process started; by its number when left out. */
  adoptWorker?: (holder: ProcessIdentity) => WorkerProcess
  devices: Pick<DeviceList, 'for'>
  stopDelays: StopDelays
  /** A run's files are changing. */
  onChange: (id: string) => void
  /** A run's files have changed for the last time in a while. */
  onSettled: (id: string) => void
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
}

/** Milliseconds between two looks at the files of a run whose worker another process started. */
const adoptedLookMs = 500

/** A run in the care of this process. */
interface Attended {
  worker: WorkerProcess
  /** Whether the worker knows its run. */
  begun: boolean
  wanted?: StoppedState
  failure?: ProblemReport
  /** Its status is left as it is. */
  left: boolean
  /** Nobody here waits for its end any more. */
  letGo: () => void
}

/** Executes runs in worker processes, one each, and gives a run its final state where its worker could not. */
export class RunExecutor {
  readonly #options: ExecutorOptions
  readonly #attended = new Map<string, Attended>()
  readonly #unsettled = new Map<string, RunEnd>()

  constructor(options: ExecutorOptions) {
    this.#options = options
  }

  /** Whether a worker in the care of this process is on the run. */
  executes(id: string): boolean {
    return this.#attended.has(id)
  }

  /** How the worker of a run ended, where the data folder had no room to say so in its status. */
  endOf(id: string): RunEnd | undefined {
    return this.#unsettled.get(id)
  }

  /** Whether every worker can go on without this process. */
  get canKeep(): boolean {
    return [...this.#attended.values()].every(({ worker }) => worker.keep)
  }

  /** Executes a run until its worker has ended; never rejects. */
  async execute(id: string): Promise<void> {
    const worker = this.#spawn(id)
    if (!worker) return
    const end = this.#attend(id, worker, false)
    const attended = this.#attended.get(id)!
    const { onChange, stopDelays, dataDir, report } = this.#options
    let overdue: NodeJS.Timeout | undefined
    worker.onMessage((message) => {
      onChange(id)
      if (message.type === 'problem') attended.failure = message.problem
      if (message.type === 'ended')
        overdue ??= setTimeout(() => worker.kill('SIGTERM'), stopDelays.terminateMs)
    })
    this.#devicesFor(id).then(
      (devices) => {
        // Told to stop before it knew what to do, it has ended.
        if (attended.wanted || attended.left) return
        attended.begun = true
        worker.send({ type: 'run', directory: this.#directory(id), dataDir, devices })
      },
      (error: unknown) => {
        attended.failure = reportOf(error)
        report(attended.failure)
        worker.kill('SIGTERM')
      },
    )
    await end
    clearTimeout(overdue)
  }

  /** Takes care of a run that another process began and that goes on without it; answers when its worker has ended. */
  async adopt(id: string, holder: ProcessIdentity): Promise<void> {
    const { adoptWorker: adopt = adoptWorker, onChange } = this.#options
    // it tells nothing, so that its files are looked at
    const looking = setInterval(() => onChange(id), adoptedLookMs)
    await this.#attend(id, adopt(holder), true)
    clearInterval(looking)
  }

  /**
   * Has a run stop at its next checkpoint, and be `wanted` then; the last word counts. Does not wait for it. False when
   * the run is not in the care of this process.
   */
  stop(id: string, wanted: 'paused' | 'cancelled'): boolean {
    const attended = this.#attended.get(id)
    if (!attended) return false
    const asked = attended.wanted !== undefined
    attended.wanted = wanted
    const command = wanted === 'paused' ? 'pause' : 'cancel'
    if (!asked) void stopWorker(attended.worker, this.#options.stopDelays, command)
    return true
  }

  /** Stops all runs; one whose worker does not know it yet waits again. What was told to be cancelled stays so. */
  stopAll(wanted: 'paused' | 'cancelled'): void {
    for (const [id, attended] of this.#attended) {
      if (attended.wanted === 'cancelled') continue
      if (attended.begun) this.stop(id, wanted)
      else if (!attended.wanted) this.#putBack(attended)
    }
  }

  /** Lets all workers go on without this process; one that does not know its run yet ends, and its run waits again. */
  async keepAll(): Promise<void> {
    const all = [...this.#attended.values()].map(async (attended) => {
      if (!attended.begun) return attended.wanted ? undefined : this.#putBack(attended)
      attended.left = true
      await attended.worker.keep?.()
      attended.letGo()
    })
    await Promise.all(all)
  }

  #putBack(attended: Attended): void {
    attended.left = true
    void stopWorker(attended.worker, this.#options.stopDelays)
  }

  async #attend(id: string, worker: WorkerProcess, begun: boolean): Promise<void> {
    const { promise: letting, resolve } = Promise.withResolvers<null>()
    const memoryKills = countMemoryKills()
    const attended: Attended = { worker, begun, left: false, letGo: () => resolve(null) }
    this.#attended.set(id, attended)
    this.#unsettled.delete(id)
    const exit = await Promise.race([letting, new Promise<WorkerExit>((told) => worker.onExit(told))])
    if (exit && !attended.left) {
      const { wanted, failure } = attended
      this.#settle(id, { wanted, failure, ...describeExit(exit, memoryKills) })
    }
    this.#attended.delete(id)
    this.#options.onSettled(id)
  }

  /** Null where the system grants no process; then the run has ended. */
  #spawn(id: string): WorkerProcess | null {
    try {
      return this.#options.spawnWorker()
    } catch (error) {
      this.#settle(id, { detail: (error as Error).message })
      this.#options.onSettled(id)
      return null
    }
  }

  #settle(id: string, end: RunEnd): void {
    try {
      settleRun(this.#directory(id), id, end)
    } catch (error) {
      this.#unsettled.set(id, end)
      if (end.failure) this.#options.report(end.failure)
      this.#options.report(reportOf(error))
    }
  }

  async #devicesFor(id: string): Promise<DeviceStatus[]> {
    return await this.#options.devices.for(readConfig(this.#directory(id)).device)
  }

  #directory(id: string): string {
    return join(this.#options.runsDir, id)
  }
}
