import type { EventType } from '#contract/run/events.ts'
import type { LogLine } from './log.ts'

/** What a reader of the log may want to see alone, and the events that belong to it. */
const subjects: Record<string, readonly EventType[]> = {
  data: ['dataset'],
  backbones: ['backbone'],
  search: ['space', 'search-epoch', 'short-of-memory', 'searched'],
  training: ['model', 'predictions', 'calibration', 'measured'],
  export: ['exported'],
  state: ['started', 'resumed', 'done', 'cancelled', 'failed'],
}

const subjectOf = ({ type }: LogLine): string =>
  Object.entries(subjects).find(([, types]) => types.includes(type))?.[0] ?? 'state'

/** The subjects that a log has lines of, in their order, with how many. */
export function subjectsIn(lines: readonly LogLine[]): { subject: string; count: number }[] {
  const counts = Map.groupBy(lines, subjectOf)
  return Object.keys(subjects).flatMap((subject) => {
    const count = counts.get(subject)?.length ?? 0
    return count > 0 ? [{ subject, count }] : []
  })
}

/** Lines of a subject (all where it is empty) that have every word of the text, in whatever case. */
export function filterLog(lines: readonly LogLine[], subject: string, text: string): LogLine[] {
  const words = text.toLowerCase().split(/\s+/)
  return lines.filter(
    (line) =>
      (subject === '' || subjectOf(line) === subject) &&
      words.every((word) => line.text.toLowerCase().includes(word)),
  )
}
