import { Problem } from '#contract/problem.ts'
import type { RecordFolder } from '#worker/run-directory/record-folder.ts'
import { printProblem } from '../print-problem.ts'

/** The records that a run keeps, the newest first. One that cannot be read is told and hides no other. */
export function keptRecords<T extends { id: string; createdAt: number }>(
  folder: RecordFolder<T>,
  directory: string,
): T[] {
  const { records, damaged } = folder.read(directory)
  damaged.forEach(printProblem)
  return records
}

/**
 * The record whose id begins like this.
 * @param option The one that named it: `--show`.
 * @throws Problem `bad-arguments` for none and for several
 */
export function keptRecord<T extends { id: string }>(
  records: readonly T[],
  option: string,
  prefix: string,
): T {
  const fitting = records.filter(({ id }) => id === prefix || id.startsWith(prefix))
  if (fitting.length === 1) return fitting[0]
  const reason = fitting.length === 0 ? 'none begins like this' : `${fitting.length} begin like this`
  throw new Problem('bad-arguments', `${option} ${prefix}`, `${reason}; --list shows them`)
}
