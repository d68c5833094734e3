import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { RunEvent } from '#contract/run/events.ts'
import { eventFromLine, wholeLines } from '#worker/run-directory/event-log.ts'

export interface EventsTail {
  events: RunEvent[]
  /** The byte after the last line that was read; the next reading begins here. */
  offset: number
}

/**
 * The events of a growing log from a byte offset on. A last line that is cut short or is no JSON is left for the next
 * reading, and a log that has become shorter is read from its beginning. A missing log has no events.
 * @throws Problem `run-damaged` when any other line is not an event.
 */
export function tailEvents(path: string, offset: number): EventsTail {
  const bytes = readFrom(path, offset)
  if (bytes === null) return offset === 0 ? { events: [], offset } : tailEvents(path, 0)
  const whole = wholeLines(bytes)
  return { events: whole.lines.map((line) => eventFromLine(line, path)), offset: offset + whole.bytes }
}

/** Bytes from the offset to the end; null when there are fewer bytes than the offset says, or no file. */
function readFrom(path: string, offset: number): Buffer | null {
  const file = openIfThere(path)
  if (file === null) return null
  try {
    const { size } = fstatSync(file)
    if (size < offset) return null
    const bytes = Buffer.alloc(size - offset)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset))
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
