import { join } from 'node:path'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import type { RunStatus } from '#contract/run/status.ts'
import { readConfig } from '#worker/run-directory/read.ts'
import { changeStatus } from '#worker/run-directory/write.ts'
import { hasBegun } from '../runs/settle-run.ts'
import { readStudy } from './study-files.ts'

interface Options {
  dataDir: string
  runsDir: string
  report: (problem: ProblemReport) => void
}

/**
 * A study is written after its runs, so runs that wait for a workbench and that their study does not know were left by one
 * that ended while it made them. They are cancelled, since a study is made whole or not at all; answers their ids.
 */
export function cancelHalfMade(
  { dataDir, runsDir, report }: Options,
  live: readonly { id: string; status: RunStatus }[],
): string[] {
  const knownTo = new Map<string, Set<string> | null>()
  const cancelled: string[] = []
  for (const { id, status } of live) {
    if (status.state !== 'queued' || status.queuedAt === null) continue
    try {
      const directory = join(runsDir, id)
      // one that was imported, or has begun, was made whole
      if (status.imported || hasBegun(directory)) continue
      const { study } = readConfig(directory)
      if (study === undefined) continue
      if (!knownTo.has(study)) knownTo.set(study, runsOf(dataDir, study))
      if (knownTo.get(study)?.has(id) ?? true) continue
      changeStatus(directory, () => ({ state: 'cancelled' }))
      cancelled.push(id)
      const detail = `it was being made when Shapwright ended; its run ${id} was put into the trash`
      report(new Problem('study-not-found', study, detail).report())
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      report(error.report())
    }
  }
  return cancelled
}

/** The runs that a study knows, none where there is no such study; null where that cannot be told. */
function runsOf(dataDir: string, study: string): Set<string> | null {
  try {
    return new Set(readStudy(dataDir, study).runs.map(({ id }) => id))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.code === 'study-not-found' ? new Set() : null
  }
}
