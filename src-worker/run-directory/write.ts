import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { RunConfig } from '#contract/config.ts'
import { parseEvent, type EventBody, type RunEvent } from '#contract/run/events.ts'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { runStatus, type RunStateName, type RunStatus } from '#contract/run/status.ts'
import { asDataFolderProblem, syncFolder, writeAtomically, writeDurably, writeFully } from './atomic-file.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import type { Checkpoint, FoundCheckpoint } from './checkpoint.ts'
import { claimRun } from './claim.ts'
import { encodeJson, encodeJsonLine } from './json.ts'
import { runPaths, unfinishedPrefix } from './layout.ts'
import { identifyProcess } from './process-identity.ts'
import { readEventLog, readStatus } from './read.ts'
import { createRunId } from './run-id.ts'
import { useOf } from './use.ts'

/**
 * Makes the directory of a new run, `queued`: it appears under its name complete or not at all. `inQueue` says that it
 * waits for a workbench, which also finds it when it opens anew.
 * Throws `data-folder-unwritable`.
 */
export function createRun(
  runsDir: string,
  config: RunConfig,
  at = Date.now(),
  { inQueue = false } = {},
): { id: string; directory: string } {
  const id = createRunId(at)
  const directory = join(runsDir, id)
  const unfinished = join(runsDir, unfinishedPrefix + id)
  const status: RunStatus = {
    schemaVersion: 1,
    state: 'queued',
    process: null,
    priority: 0,
    queuedAt: inQueue ? at : null,
    createdAt: at,
    updatedAt: at,
    problem: null,
  }
  asDataFolderProblem(directory, () => {
    try {
      const paths = runPaths(unfinished)
      for (const folder of [paths.checkpoints, paths.exports]) mkdirSync(folder, { recursive: true })
      writeDurably(paths.config, encodeJson(config))
      writeDurably(paths.status, encodeJson(status))
      writeDurably(paths.events, '')
      syncFolder(unfinished)
      renameSync(unfinished, directory)
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true })
      throw error
    }
    syncFolder(runsDir)
  })
  return { id, directory }
}

/** What may change in the status of a run while no process works on it. */
type StatusChange = Partial<Pick<RunStatus, 'state' | 'problem' | 'priority' | 'queuedAt' | 'stoppedBy'>>

/**
 * Moves a run to `state`. A `running` run names `holder`, the process that works on it; any other names none. Only who
 * has claimed the run may do so.
 * Throws `run-not-found`, `run-damaged` or `data-folder-unwritable`.
 */
export function writeStatus(
  directory: string,
  state: RunStateName,
  options: { problem?: ProblemReport | null; stoppedBy?: string; holder?: number; at?: number } = {},
): RunStatus {
  const { problem = null, stoppedBy, holder = process.pid, at = Date.now() } = options
  const next = runStatus.parse({
    ...readStatus(directory),
    state,
    process: state === 'running' ? identifyProcess(holder) : null,
    updatedAt: at,
    problem,
    stoppedBy,
  })
  writeAtomically(runPaths(directory).status, encodeJson(next))
  return next
}

/**
 * Changes the status of a run that no process works on, which is claimed meanwhile; `decide` answers what changes, or
 * null for nothing. Answers the status as it then is.
 * Throws `run-busy`, `run-not-found`, `run-damaged` or `data-folder-unwritable`.
 */
export function changeStatus(
  directory: string,
  decide: (status: RunStatus) => StatusChange | null,
  at = Date.now(),
): RunStatus {
  const giveUp = claimRun(directory)
  try {
    const status = readStatus(directory)
    const change = decide(status)
    if (change === null) return status
    const settled = change.state === undefined ? {} : { process: null, problem: null, stoppedBy: undefined }
    const next = runStatus.parse({ ...status, ...settled, ...change, updatedAt: at })
    writeAtomically(runPaths(directory).status, encodeJson(next))
    return next
  } finally {
    giveUp()
  }
}

/** The one process that works on a run writes through this: events, checkpoints, status, result. */
export class RunWriter {
  readonly directory: string
  readonly #holder: number
  readonly #giveUp: () => void
  readonly #events: number
  #length: number
  #nextSeq: number

  private constructor(
    { directory, holder, giveUp }: { directory: string; holder: number; giveUp: () => void },
    events: number,
    length: number,
    nextSeq: number,
  ) {
    this.directory = directory
    this.#holder = holder
    this.#giveUp = giveUp
    this.#events = events
    this.#length = length
    this.#nextSeq = nextSeq
  }

  /**
   * Takes over a run, new or left by a process that has died, until `close`: removes the torn last line of the event log, and
   * what was left half written where nobody else uses the run. `holder` is the process that works on the run.
   * Throws `run-busy` while another process has the run.
   */
  static open(directory: string, holder = process.pid): RunWriter {
    const giveUp = claimRun(directory, holder)
    try {
      const { events, bytes } = readEventLog(directory)
      return asDataFolderProblem(directory, () => {
        // what others export or keep in it at this moment is unfinished as well
        if (useOf(directory) === null) removeUnfinished(directory)
        const file = openSync(runPaths(directory).events, 'a')
        ftruncateSync(file, bytes)
        return new RunWriter({ directory, holder, giveUp }, file, bytes, events.length)
      })
    } catch (error) {
      giveUp()
      throw error
    }
  }

  /** The number of the last event; −1 before the first. */
  get lastSeq(): number {
    return this.#nextSeq - 1
  }

  /**
   * Numbers an event and adds it to the log; it survives the process at once, the machine after `flush`.
   * Throws ZodError on a malformed event (NaN included) and `data-folder-unwritable`; then the log is as before.
   */
  append(body: EventBody, at = Date.now()): RunEvent {
    const event = parseEvent({ ...body, seq: this.#nextSeq, at })
    const line = Buffer.from(`${encodeJsonLine(event)}\n`)
    asDataFolderProblem(runPaths(this.directory).events, () => {
      try {
        writeFully(this.#events, line)
      } catch (error) {
        ftruncateSync(this.#events, this.#length)
        throw error
      }
    })
    this.#length += line.length
    this.#nextSeq += 1
    return event
  }

  /** Waits until all events are on the disk; call it at the end of an epoch. */
  flush(): void {
    asDataFolderProblem(runPaths(this.directory).events, () => fsyncSync(this.#events))
  }

  /** Saves a checkpoint that covers every event so far; the events are flushed first. */
  saveCheckpoint({ tensors, meta }: Pick<Checkpoint, 'tensors' | 'meta'>): void {
    this.flush()
    asDataFolderProblem(runPaths(this.directory).checkpoints, () =>
      writeCheckpoint(this.directory, { tensors, meta, afterSeq: this.lastSeq }),
    )
  }

  /**
   * Goes on from the newest whole checkpoint: logs `resumed`, which voids the events after it. Without a checkpoint all
   * events are void and the answer is null. Throws `run-damaged` when there are checkpoints and none is whole, or
   * when the log lacks events that the checkpoint covers.
   */
  resume(at = Date.now()): { checkpoint: FoundCheckpoint | null; event: RunEvent } {
    const checkpoint = readCheckpoint(this.directory)
    if (checkpoint !== null && checkpoint.afterSeq > this.lastSeq) {
      const detail = `the checkpoint covers event ${checkpoint.afterSeq}, but the log ends at ${this.lastSeq}`
      throw new Problem('run-damaged', this.directory, detail)
    }
    checkpoint?.damaged.forEach(({ file }) => rmSync(file))
    const event = this.append({ type: 'resumed', afterSeq: checkpoint?.afterSeq ?? -1 }, at)
    this.flush()
    return { checkpoint, event }
  }

  setStatus(state: RunStateName, problem: ProblemReport | null = null, stoppedBy?: string): RunStatus {
    return writeStatus(this.directory, state, { problem, stoppedBy, holder: this.#holder })
  }

  writeResult(result: unknown): void {
    writeAtomically(runPaths(this.directory).result, encodeJson(result))
  }

  close(): void {
    closeSync(this.#events)
    this.#giveUp()
  }
}

function removeUnfinished(directory: string): void {
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
    if (basename(file).startsWith(unfinishedPrefix))
      rmSync(join(directory, file), { recursive: true, force: true })
}
