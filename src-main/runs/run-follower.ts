import { join } from 'node:path'
import type { Push } from '#contract/calls.ts'
import { reportOf, type ProblemReport } from '#contract/problem.ts'
import { latest } from '#contract/run/state.ts'
import type { RunStateName, RunStatus } from '#contract/run/status.ts'
import { listRuns, livenessOf, readStatus } from '#worker/run-directory/read.ts'
import type { Store } from '../store/open.ts'
import { contributionRows, digestRow, runRow } from '../store/run-rows.ts'
import { indexedRuns, removeRun, saveRun } from '../store/runs.ts'
import { summaryFromRun } from '../store/summary.ts'
import { OpenRun, signatureOf } from './open-run.ts'
import { damageOf, isDamage } from './run-damage.ts'
import { settleRun, type RunEnd } from './settle-run.ts'

export interface FollowerOptions {
  store: Store
  runsDir: string
  push: (push: Push) => void
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
  /** Whether a worker of this process is on the run: then its end is judged where the worker was started. */
  isExecuted: (id: string) => boolean
  /** How a worker of this process ended, where that could not be written into the run's status then. */
  endOf?: (id: string) => RunEnd | undefined
  /** Milliseconds between two looks at all run directories. */
  scanMs: number
  /** Milliseconds between two readings of one run. */
  readMs: number
}

/** A run that may still change, with what was last told and stored of it. */
interface LiveRun {
  run: OpenRun
  pushedSummary: string
  storedLedger: string
}

const liveStates = new Set<RunStateName>(['queued', 'running'])

/** Reading runs that rest takes so long at a time. */
const sliceMs = 30

/** A run of a terminal left `queued` for so many milliseconds when the workbench opens was given up. */
const abandonedMs = 60_000

/** Keeps the index equal to the run directories, whoever writes them, and pushes what is new. */
export class RunFollower {
  readonly #options: FollowerOptions
  /** Signatures of all runs as they were last read; none of those that are to be read again. */
  readonly #known = new Map<string, string>()
  /** What the files of damaged runs looked like. */
  readonly #damaged = new Map<string, string>()
  /** What went wrong with a run that was told last. */
  readonly #told = new Map<string, string>()
  readonly #live = new Map<string, LiveRun>()
  /** Number of the last event pushed of every run that was read. */
  readonly #pushed = new Map<string, number>()
  readonly #due = new Map<string, NodeJS.Timeout>()
  /** Runs at rest that are still to be read as they are now. */
  readonly #unread = new Set<string>()
  #nextScan: NodeJS.Timeout | undefined
  #nextSlice: NodeJS.Timeout | undefined

  constructor(options: FollowerOptions) {
    this.#options = options
    for (const { id, state, signature } of indexedRuns(options.store, { trashed: false })) {
      this.#known.set(id, liveStates.has(state) ? '' : signature)
    }
  }

  /** Brings the index up to date, ends runs that were given up while nobody looked, and goes on looking. */
  start(): void {
    this.#scan()
    this.#endAbandoned(Date.now() - abandonedMs)
  }

  /** The runs that may still change. */
  get live(): { id: string; status: RunStatus }[] {
    return [...this.#live].map(([id, { run }]) => ({ id, status: run.status }))
  }

  close(): void {
    clearTimeout(this.#nextScan)
    clearTimeout(this.#nextSlice)
    for (const timer of this.#due.values()) clearTimeout(timer)
  }

  /** Reads a run soon; calls within one reading interval share one reading. */
  touch(id: string): void {
    if (this.#due.has(id)) return
    const read = () => {
      this.#due.delete(id)
      this.read(id)
    }
    this.#due.set(id, setTimeout(read, this.#options.readMs))
  }

  /** Reads what is new of a run, stores it and pushes it. */
  read(id: string): void {
    this.#attempt(id, () => this.#readLive(id))
  }

  /** The index was brought up to date with a run by others: only a run that may still change is read for it. */
  accept(id: string, signature: string): void {
    if (this.#live.has(id)) this.read(id)
    else this.#known.set(id, signature)
  }

  /** The run is no longer in the folder. */
  release(id: string): void {
    clearTimeout(this.#due.get(id))
    this.#due.delete(id)
    this.#unread.delete(id)
    this.#known.delete(id)
    this.#damaged.delete(id)
    this.#told.delete(id)
    this.#live.delete(id)
    this.#pushed.delete(id)
  }

  #scan(): void {
    const begun = performance.now()
    try {
      this.#lookAtAll()
    } catch (error) {
      this.#options.report(reportOf(error))
    }
    // Where looking takes long it is done less often, so that it never takes more than a twentieth of the time.
    const pause = Math.max(this.#options.scanMs, 19 * (performance.now() - begun))
    this.#nextScan = setTimeout(() => this.#scan(), pause)
    this.#readSlice()
  }

  #lookAtAll(): void {
    const ids = new Set(listRuns(this.#options.runsDir))
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#attempt(id, () => this.#forget(id))
    for (const id of ids) this.#attempt(id, () => this.#look(id))
  }

  #look(id: string): void {
    const directory = join(this.#options.runsDir, id)
    if (this.#damaged.has(id) && this.#damaged.get(id) === damageOf(directory)) return
    if (this.#known.get(id) !== signatureOf(directory)) {
      if (this.#live.has(id)) this.touch(id)
      else if (liveStates.has(readStatus(directory).state)) this.#readLive(id)
      else this.#unread.add(id)
    }
    const holder = this.#live.get(id)?.run.status.process
    if (!holder || this.#options.isExecuted(id) || livenessOf(holder) !== 'dead') return
    this.#settle(id, this.#options.endOf?.(id) ?? { detail: `process ${holder.pid} is gone` })
  }

  /** Where the disk is full, that is tried again at the next look. */
  #settle(id: string, end: RunEnd): void {
    try {
      settleRun(join(this.#options.runsDir, id), id, end)
    } catch (error) {
      this.#tell(id, error)
      return
    }
    this.#readLive(id)
  }

  /** Thousands of runs may be new at once: everyone else has a turn between two slices. */
  #readSlice(): void {
    clearTimeout(this.#nextSlice)
    const until = performance.now() + sliceMs
    for (const id of this.#unread) {
      this.#unread.delete(id)
      this.read(id)
      if (performance.now() > until) break
    }
    if (this.#unread.size > 0) this.#nextSlice = setTimeout(() => this.#readSlice(), 1)
  }

  #endAbandoned(before: number): void {
    for (const [id, { run }] of this.#live) {
      const { state, queuedAt, updatedAt } = run.status
      if (state !== 'queued' || queuedAt !== null || updatedAt > before) continue
      this.#attempt(id, () => this.#settle(id, { wanted: 'interrupted', detail: '' }))
    }
  }

  #forget(id: string): void {
    this.release(id)
    const { store, push } = this.#options
    if (removeRun(store, id, { trashed: false })) push({ topic: 'runs.removed', ids: [id] })
  }

  #attempt(id: string, action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#live.delete(id)
      // A damaged run is read again when its files change; whatever else went wrong is tried at every look.
      this.#known.set(id, '')
      if (isDamage(error)) this.#damaged.set(id, damageOf(join(this.#options.runsDir, id)))
      this.#tell(id, error)
    }
  }

  /** The same again is not told again. */
  #tell(id: string, error: unknown): void {
    const report = reportOf(error)
    const text = JSON.stringify(report)
    if (this.#told.get(id) !== text) this.#options.report(report)
    this.#told.set(id, text)
  }

  #readLive(id: string): void {
    const { store, runsDir, push } = this.#options
    const live = this.#live.get(id) ?? { run: new OpenRun(runsDir, id), pushedSummary: '', storedLedger: '' }
    const { run } = live
    const wasLive = this.#live.has(id)
    const events = run.readOn()
    const ledger = ledgerVersion(run)
    const isLive = liveStates.has(run.status.state)
    saveRun(store, runRow(run, run.signature), {
      ledger: ledger === live.storedLedger ? undefined : contributionRows(run),
      digest: isLive ? undefined : digestRow(run),
    })
    live.storedLedger = ledger
    this.#known.set(id, run.signature)
    this.#damaged.delete(id)
    this.#told.delete(id)
    if (isLive) this.#live.set(id, live)
    else this.#live.delete(id)
    const pushed = this.#pushed.get(id) ?? -1
    const fresh = events.filter(({ seq }) => seq > pushed)
    this.#pushed.set(id, run.state.lastSeq)
    // Nobody watches a run that rests; whoever opens it gets its events.
    const isWatched = wasLive || isLive
    if (fresh.length > 0 && isWatched) push({ topic: 'run.events', id, events: fresh })
    const summary = summaryFromRun(run)
    const text = JSON.stringify(summary)
    if (text === live.pushedSummary) return
    live.pushedSummary = text
    push({ topic: 'run.changed', summary })
  }
}

/** Changes whenever the contributions of a run do. */
function ledgerVersion({ state }: OpenRun): string {
  return `${latest(state, 'search-epoch')?.seq} ${latest(state, 'resumed')?.seq}`
}
