import { readdirSync, readFileSync } from 'node:fs'
import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import { parseEvent, type RunEvent } from '#contract/events.ts'
import { Problem } from '#contract/problem.ts'
import { runStatus, type RunStatus } from '#contract/status.ts'
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
 * The events, and the length in bytes of the lines that hold them. A last line that is cut short or is no JSON was
 * being written when the run was killed: it is left out. Anything else that is wrong throws `run-damaged`.
 */
export function readEventLog(directory: string): { events: RunEvent[]; bytes: number } {
  const path = runPaths(directory).events
  const log = readPartBytes(path)
  const ended = log.lastIndexOf('\n') + 1
  const lastLine = ended > 1 ? log.lastIndexOf('\n', ended - 2) + 1 : 0
  const bytes = isJson(log.toString('utf8', lastLine, ended)) ? ended : lastLine
  const lines = log.toString('utf8', 0, bytes).split('\n').slice(0, -1)
  return { events: lines.map((line, i) => parseLine(line, i, `${path}, line ${i + 1}`)), bytes }
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

function parseLine(line: string, seq: number, where: string): RunEvent {
  let event: RunEvent
  try {
    event = parseEvent(parseJson(line, where))
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('run-damaged', where, (error as Error).message, { cause: error })
  }
  if (event.seq !== seq)
    throw new Problem('run-damaged', where, `it is numbered ${event.seq} instead of ${seq}`)
  return event
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
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
