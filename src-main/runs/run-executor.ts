import { join } from 'node:path'
import type { DeviceStatus } from '#contract/device.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'
import type { RunStateName, RunStatus } from '#contract/status.ts'
import { livenessOf, readConfig, readStatus } from '#worker/run-directory/read.ts'
import { writeStatus } from '#worker/run-directory/write.ts'
import type { DeviceList } from '../devices/device-list.ts'
import type { SpawnWorker, WorkerExit, WorkerProcess } from '../workers/spawn-worker.ts'
import { stopWorker, type StopDelays } from '../workers/stop-worker.ts'
import { RunQueue } from './run-queue.ts'

export interface ExecutorOptions {
  dataDir: string
  runsDir: string
  spawnWorker: SpawnWorker
  devices: DeviceList
  stopDelays: StopDelays
  /** A run's files are changing. */
  onChange: (id: string) => void
  /** A run's files have changed for the last time in a while. */
  onSettled: (id: string) => void
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
}

const resumable = new Set<RunStateName>(['interrupted', 'paused', 'cancelled', 'failed'])

/** Executes queued runs in worker processes, one at a time. */
export class RunExecutor {
  readonly #options: ExecutorOptions
  readonly #queue = new RunQueue({ slots: 1, execute: (id) => this.#execute(id) })
  readonly #workers = new Map<string, WorkerProcess>()
  readonly #cancelled = new Set<string>()

  constructor(options: ExecutorOptions) {
    this.#options = options
  }

  /** Whether a worker of this process is on the run. */
  executes(id: string): boolean {
    return this.#workers.has(id)
  }

  /** Queues a new run. */
  start(id: string): void {
    this.#queue.add(id)
    this.#options.onSettled(id)
  }

  /** Queues a run that has stopped before its end. @throws Problem `run-not-resumable`, `run-not-found` */
  resume(id: string): void {
    const { state } = readStatus(this.#directory(id))
    if (!resumable.has(state) || this.#queue.has(id)) {
      throw new Problem('run-not-resumable', id, `it is ${state}`)
    }
    writeStatus(this.#directory(id), 'queued')
    this.start(id)
  }

  /**
   * Stops a run that waits or is being worked on, by whichever process; any other stays as it is. The answer does not
   * wait for the worker to reach its checkpoint.
   * @throws Problem `run-not-found`, `not-allowed` when the run is on another machine
   */
  cancel(id: string): void {
    const status = readStatus(this.#directory(id))
    const worker = this.#workers.get(id)
    if (worker) {
      this.#cancelled.add(id)
      void stopWorker(worker, this.#options.stopDelays)
    } else if (this.#queue.remove(id) || status.state === 'queued') {
      writeStatus(this.#directory(id), 'cancelled')
      this.#options.onSettled(id)
    } else if (status.state === 'running') terminateForeign(id, status)
  }

  /** Withdraws what waits, stops what runs at a checkpoint, and answers when no worker is left. */
  async close(): Promise<void> {
    for (const worker of this.#workers.values()) void stopWorker(worker, this.#options.stopDelays)
    await this.#queue.drain((id) => {
      this.#attempt(() => writeStatus(this.#directory(id), 'interrupted'))
      this.#options.onSettled(id)
    })
  }

  async #execute(id: string): Promise<void> {
    const { dataDir, spawnWorker, stopDelays, onChange, onSettled, report } = this.#options
    const worker = spawnWorker()
    this.#workers.set(id, worker)
    const exit = new Promise<WorkerExit>((resolve) => worker.onExit(resolve))
    let overdue: NodeJS.Timeout | undefined
    worker.onMessage(({ type }) => {
      onChange(id)
      if (type === 'ended') overdue ??= setTimeout(() => worker.kill('SIGTERM'), stopDelays.terminateMs)
    })
    this.#devicesFor(id).then(
      (devices) => worker.send({ type: 'run', directory: this.#directory(id), dataDir, devices }),
      (error: unknown) => {
        report(reportOf(error))
        worker.kill('SIGTERM')
      },
    )
    const { code } = await exit
    clearTimeout(overdue)
    this.#attempt(() => this.#settle(id, code))
    this.#workers.delete(id)
    onSettled(id)
  }

  async #devicesFor(id: string): Promise<DeviceStatus[]> {
    return await this.#options.devices.for(readConfig(this.#directory(id)).device)
  }

  /** A worker leaves its run in a final state; where it could not, the run was cut short, or belongs to another process. */
  #settle(id: string, code: number | null): void {
    const wasCancelled = this.#cancelled.delete(id)
    const { state, process: holder } = readStatus(this.#directory(id))
    if (state !== 'running' && state !== 'queued') return
    if (holder !== null && livenessOf(holder) === 'alive') return
    if (wasCancelled) {
      writeStatus(this.#directory(id), 'cancelled')
      return
    }
    const detail = code === null ? 'it was ended by a signal' : `it ended with exit code ${code}`
    writeStatus(this.#directory(id), 'interrupted', {
      problem: new Problem('worker-died', id, detail).report(),
    })
  }

  #attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#options.report(reportOf(error))
    }
  }

  #directory(id: string): string {
    return join(this.#options.runsDir, id)
  }
}

/** Asks a process that is not ours, such as a search in a terminal, to stop at its next checkpoint. */
function terminateForeign(id: string, { process: holder }: RunStatus): void {
  if (holder === null) return
  const liveness = livenessOf(holder)
  if (liveness === 'unknown') throw new Problem('not-allowed', id, `it runs on the machine ${holder.host}`)
  if (liveness === 'alive') process.kill(holder.pid, 'SIGTERM')
}
