import { statSync } from 'node:fs'
import { join } from 'node:path'
import { noAnnotations, type RunAnnotations } from '#contract/run/annotations.ts'
import type { RunConfig } from '#contract/config.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { emptyRunState, foldEvents, type RunState } from '#contract/run/state.ts'
import type { RunStatus } from '#contract/run/status.ts'
import { readConfig, readStatus, runPaths } from '#worker/run-directory/read.ts'
import { readAnnotations } from '../library/annotations.ts'
import { tailEvents } from './tail-events.ts'

/** A run as its directory tells it, kept in memory so that growing logs are read once. Its events are read on demand. */
export class OpenRun {
  readonly id: string
  readonly directory: string
  readonly config: RunConfig
  readonly trashed: boolean
  status: RunStatus
  annotations: RunAnnotations = noAnnotations
  state: RunState = emptyRunState
  /** What the files looked like just before they were last read. */
  signature = ''
  #offset = 0

  /** @throws Problem `run-not-found`, `run-damaged`, `bad-configuration` */
  constructor(folder: string, id: string, { trashed = false } = {}) {
    this.id = id
    this.trashed = trashed
    this.directory = join(folder, id)
    this.config = readConfig(this.directory)
    this.status = readStatus(this.directory)
  }

  /**
   * Reads what has changed since the last time, all of it at first, and answers the events that are new.
   * @throws Problem `run-not-found`, `run-damaged`
   */
  readOn(): RunEvent[] {
    this.signature = signatureOf(this.directory)
    this.status = readStatus(this.directory)
    this.annotations = readAnnotations(this.directory)
    const { events, offset } = tailEvents(runPaths(this.directory).events, this.#offset)
    const fresh = events.filter(({ seq }) => seq > this.state.lastSeq)
    this.#offset = offset
    this.state = foldEvents(fresh, this.state)
    return fresh
  }
}

/** Changes whenever the status, the events or the annotations of a run do. */
export function signatureOf(directory: string): string {
  const { status, events, annotations } = runPaths(directory)
  return [status, events, annotations]
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats ? `${stats.size}@${stats.mtimeMs}` : 'none'
    })
    .join(' ')
}
