import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { WorkerCommand } from '#contract/messages.ts'
import { reportOf, type ProblemReport } from '#contract/problem.ts'
import type { RunStatus, StoppedState } from '#contract/run/status.ts'
import { Scheduler } from '#main/runs/scheduler.ts'
import { settleRun } from '#main/runs/settle-run.ts'
import type { WorkerExit, WorkerProcess } from '#main/workers/spawn-worker.ts'
import { effectiveEvents, listRuns, livenessOf, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { RunWriter } from '#worker/run-directory/write.ts'
import { sampleConfig, searchEpoch } from '../sample-runs.ts'

/** Epochs of every simulated run. */
export const epochs = 3

/**
 * A worker whose work is simulated, step by step, while its run directory, its claim and its process number are real: a
 * sleeping process lends it the number. Half a step writes an epoch's event, the other half its checkpoint.
 */
class SimulatedWorker {
  readonly body: ChildProcess = spawn('sleep', ['600'], { stdio: 'ignore' })
  readonly #ends: (() => void)[] = []
  #exit: WorkerExit | undefined
  #writer: RunWriter | undefined
  #wish: StoppedState | undefined
  #kept = false
  #epoch = 0
  #written = false

  readonly #finished: Map<string, number>

  constructor(finished: Map<string, number>) {
    this.#finished = finished
  }

  get pid(): number {
    return this.body.pid!
  }

  /** The run that it has. */
  get directory(): string | undefined {
    return this.#exit ? undefined : this.#writer?.directory
  }

  /** What a workbench sees of it, for as long as that one lives. */
  seenBy(workbench: { alive: boolean }): WorkerProcess {
    return {
      pid: this.pid,
      send: (command) => void (workbench.alive && this.#hear(command)),
      onMessage: () => {},
      onExit: (listener) => {
        const tell = () => void (workbench.alive && listener(this.#exit!))
        if (this.#exit) tell()
        else this.#ends.push(tell)
      },
      kill: (signal) => {
        if (workbench.alive && signal === 'SIGTERM') this.stop('interrupted')
      },
      keep: async () => void (this.#kept = true),
    }
  }

  stop(wish: StoppedState): void {
    this.#wish ??= wish
    if (!this.#writer) void this.#end(0)
  }

  /** Its parent is gone. */
  orphan(): void {
    if (!this.#kept) this.stop('interrupted')
  }

  step(): void {
    const writer = this.#writer
    if (!writer || this.#exit) return
    if (this.#wish) {
      writer.append({ type: 'stopped' })
      this.#leave(this.#wish)
    } else if (this.#epoch === epochs) {
      writer.append({ type: 'done' })
      this.#leave('done')
    } else if (this.#written) {
      writer.saveCheckpoint({ tensors: {}, meta: { epochs: ++this.#epoch } })
      this.#finished.set(writer.directory, this.#epoch)
      this.#written = false
    } else {
      writer.append(searchEpoch(this.#epoch))
      this.#written = true
    }
  }

  async die(): Promise<void> {
    await this.#end(null)
  }

  #hear(command: WorkerCommand): void {
    if (this.#exit) return
    if (command.type === 'pause') this.stop('paused')
    else if (command.type === 'cancel') this.stop('cancelled')
    else if (command.type === 'run') this.#begin(command.directory)
  }

  #begin(directory: string): void {
    try {
      this.#writer = RunWriter.open(directory, this.pid)
    } catch {
      void this.#end(1)
      return
    }
    this.#writer.setStatus('running')
    const resumed = this.#writer.lastSeq >= 0 ? this.#writer.resume().checkpoint : null
    this.#epoch = (resumed?.meta as { epochs: number } | undefined)?.epochs ?? 0
    this.#writer.append({ type: 'progress', phase: 'search', done: this.#epoch / epochs, doing: 'searching' })
  }

  #leave(state: StoppedState | 'done'): void {
    this.#writer!.setStatus(state)
    this.#writer!.close()
    void this.#end(0)
  }

  /** The process is gone before anybody hears of it. */
  async #end(code: number | null): Promise<void> {
    if (this.#exit) return
    this.#exit = { code }
    const gone = once(this.body, 'exit')
    this.body.kill('SIGKILL')
    await gone
    for (const tell of this.#ends) tell()
  }
}

/** The real scheduler over a real folder of runs, with simulated workers; it can be killed and opened again. */
export class SimulatedWorkbench {
  readonly runsDir: string
  readonly slots: number
  readonly problems: ProblemReport[] = []
  /** Epochs with a checkpoint, by run directory: none of them may be lost. */
  readonly finished = new Map<string, number>()
  #workers: SimulatedWorker[] = []
  #incarnation = { alive: false }
  #scheduler!: Scheduler

  constructor(folder: string, slots: number) {
    this.runsDir = join(folder, 'runs')
    this.slots = slots
  }

  get scheduler(): Scheduler {
    return this.#scheduler
  }

  get ids(): string[] {
    return listRuns(this.runsDir)
  }

  /** Workers that have a run. */
  get working(): SimulatedWorker[] {
    return this.#workers.filter(({ directory }) => directory !== undefined)
  }

  statusOf(id: string): RunStatus {
    return readStatus(join(this.runsDir, id))
  }

  /** Epochs that the log of a run holds. */
  epochsOf(id: string): number[] {
    const events = effectiveEvents(readEvents(join(this.runsDir, id)))
    return events.flatMap((event) => (event.type === 'search-epoch' ? [event.epoch] : []))
  }

  open(): void {
    const incarnation = { alive: true }
    this.#incarnation = incarnation
    this.#scheduler = new Scheduler({
      dataDir: this.runsDir,
      runsDir: this.runsDir,
      slots: this.slots,
      spawnWorker: () => {
        const worker = new SimulatedWorker(this.finished)
        this.#workers.push(worker)
        return worker.seenBy(incarnation)
      },
      adoptWorker: ({ pid }) => this.#workers.find((worker) => worker.pid === pid)!.seenBy(incarnation),
      devices: { for: async () => [] },
      stopDelays: { cancelMs: 2 ** 30, terminateMs: 2 ** 30 },
      onChange: () => {},
      onSettled: () => {},
      onQueue: () => {},
      report: (problem) => this.problems.push(problem),
    })
    for (const id of this.ids) {
      const { state, process: holder } = this.statusOf(id)
      if (state === 'running' && livenessOf(holder!) === 'dead')
        settleRun(join(this.runsDir, id), id, { detail: 'it is gone' })
    }
    this.#scheduler.open(this.ids.map((id) => ({ id, status: this.statusOf(id) })))
  }

  start(): string {
    return this.#scheduler.start(sampleConfig())
  }

  /** What a person asks for may be refused. */
  async ask(action: (scheduler: Scheduler) => void | Promise<void>): Promise<void> {
    try {
      await action(this.#scheduler)
    } catch (error) {
      this.problems.push(reportOf(error))
    }
  }

  /** The process of the workbench ends without a word; the workers notice. */
  kill(): void {
    this.#incarnation.alive = false
    for (const worker of this.#workers) worker.orphan()
  }

  async close(running: 'pause' | 'keep' | 'cancel'): Promise<void> {
    const closing = { isOver: false }
    const closed = this.#scheduler.close(running).then(() => (closing.isOver = true))
    for (let round = 0; !closing.isOver && round < 100; round++) await this.stepAll()
    await closed
    this.kill()
  }

  async stepAll(): Promise<void> {
    for (const worker of this.working) worker.step()
    await this.calm()
  }

  /** Lets everything happen that follows from what has happened. */
  async calm(): Promise<void> {
    this.#workers = this.#workers.filter(({ body }) => body.exitCode === null && body.signalCode === null)
    for (let turn = 0; turn < 4; turn++) await setImmediate()
    const ending = this.#workers.filter(({ body }) => body.killed && body.signalCode === null)
    await Promise.all(ending.map(({ body }) => once(body, 'exit')))
    for (let turn = 0; turn < 4; turn++) await setImmediate()
  }

  /** Ends every process. */
  async end(): Promise<void> {
    this.#incarnation.alive = false
    await Promise.all(this.#workers.map((worker) => worker.die()))
  }
}
