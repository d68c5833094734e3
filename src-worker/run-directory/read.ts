import { readdirSync, readFileSync } from 'node:fs'
import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { Problem } from '#contract/problem.ts'
import { runStatus, type RunStatus } from '#contract/run/status.ts'
import { eventFromLine, wholeLines } from './event-log.ts'
import { parseJson } from './json.ts'
import { runIdPattern, runPaths } from './layout.ts'

export { runPaths } from './layout.ts'
export { livenessOf } from './process-identity.ts'

/** Ids of the runs in a folder, oldest first; empty where the folder does not exist. */
export function listRuns(runsDir: string): string[] {
  try {
    const entries = readdirSync(runsDir, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name))
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Throws `run-not-found`, `run-damaged` or `bad-configuration`. */
export function readConfig(directory: string): RunConfig {
  const path = runPaths(directory).config
  return parseRunConfig(parseJson(readPart(path), path), path)
}

/** Throws `run-not-found` or `run-damaged`. */
export function readStatus(directory: string): RunStatus {
  const path = runPaths(directory).status
  const parsed = runStatus.safeParse(parseJson(readPart(path), path))
  if (!parsed.success) throw new Problem('run-damaged', path, parsed.error.issues[0].message)
  return parsed.data
}

/** The result, as it was written; null before the run is done. Throws `run-damaged`. */
export function readResult(directory: string): unknown {
  const path = runPaths(directory).result
  try {
    return parseJson(readPart(path), path)
  } catch (error) {
    if (error instanceof Problem && error.code === 'run-not-found') return null
    throw error
  }
}

/** All events that the run has logged, void ones included. Throws `run-not-found` or `run-damaged`. */
export function readEvents(directory: string): RunEvent[] {
  return readEventLog(directory).events
}

/**
 * The events, and the length in bytes of the lines that hold them. A last line that was being written when the run was
 * killed is left out. Anything else that is wrong throws `run-damaged`.
 */
export function readEventLog(directory: string): { events: RunEvent[]; bytes: number } {
  const path = runPaths(directory).events
  const { lines, bytes } = wholeLines(readPartBytes(path))
  return { events: lines.map((line, i) => numberedEvent(line, i, `${path}, line ${i + 1}`)), bytes }
}

/** The events that still hold: `resumed {afterSeq}` voids those after its checkpoint, but no other `resumed`. */
export function effectiveEvents(events: readonly RunEvent[]): RunEvent[] {
  let boundary = Infinity
  const kept: RunEvent[] = []
  for (const event of events.toReversed()) {
    if (event.type === 'resumed' || event.seq <= boundary) kept.push(event)
    if (event.type === 'resumed') boundary = Math.min(boundary, event.afterSeq)
  }
  return kept.reverse()
}

function numberedEvent(line: string, seq: number, where: string): RunEvent {
  const event = eventFromLine(line, where)
  if (event.seq !== seq)
    throw new Problem('run-damaged', where, `it is numbered ${event.seq} instead of ${seq}`)
  return event
}

const readPart = (path: string): string => readPartBytes(path).toString()

function readPartBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    throw new Problem(missing ? 'run-not-found' : 'file-unreadable', path, message, { cause: error })
  }
}
