import { parseEvent, type RunEvent } from '#contract/run/events.ts'
import { Problem } from '#contract/problem.ts'
import { parseJson } from './json.ts'

/**
 * The whole lines of a log or of its end, and their length in bytes. A last line that is cut short or is no JSON is
 * still being written, or was when the run was killed: it is left out.
 */
export function wholeLines(log: Buffer): { lines: string[]; bytes: number } {
  const ended = log.lastIndexOf('\n') + 1
  const lastLine = ended > 1 ? log.lastIndexOf('\n', ended - 2) + 1 : 0
  const bytes = isJson(log.toString('utf8', lastLine, ended)) ? ended : lastLine
  return { lines: log.toString('utf8', 0, bytes).split('\n').slice(0, -1), bytes }
}

/** The event of a line. Throws `run-damaged`, naming `where`. */
export function eventFromLine(line: string, where: string): RunEvent {
  const value = parseJson(line, where)
  try {
    return parseEvent(value)
  } catch (error) {
    throw new Problem('run-damaged', where, (error as Error).message, { cause: error })
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
