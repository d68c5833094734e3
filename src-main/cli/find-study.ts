import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { StudyDetails } from '#contract/calls/studies.ts'
import { Problem } from '#contract/problem.ts'
import type { Study, StudyPlan } from '#contract/config/study.ts'
import { runFoldersOf } from '../library/folders.ts'
import { printProblem } from '../print-problem.ts'
import { listStudies } from '../studies/study-files.ts'
import { readSummary } from './read-run.ts'

/**
 * The study whose id begins like this, or of this name.
 * @throws Problem `study-not-found` for none and for several
 */
export function findStudy(named: string, dataDir: string): Study {
  const studies = listStudies(dataDir, printProblem)
  const fitting = studies.filter(({ id, name }) => id.startsWith(named) || name === named)
  if (fitting.length === 1) return fitting[0]
  const reason =
    fitting.length === 0
      ? `no study of ${dataDir} begins like this`
      : `it may be ${fitting.map(({ id }) => id).join(', ')}`
  throw new Problem('study-not-found', named, reason)
}

/** The newest study of exactly this grid that still has a run in the list; null where there is none. */
export function studyOfPlan(plan: StudyPlan, dataDir: string): Study | null {
  const plain = JSON.parse(JSON.stringify(plan)) as unknown
  const equal = listStudies(dataDir, printProblem).find((study) => {
    const { name, base, axes, seeds } = study
    return isDeepStrictEqual({ name, base, axes, seeds }, plain) && presentRuns(study, dataDir).length > 0
  })
  return equal ?? null
}

/** Its runs that are neither erased nor in the trash, in the order of the grid. */
export function presentRuns(
  { runs }: Study,
  dataDir: string,
): (Study['runs'][number] & { directory: string })[] {
  const { runsDir } = runFoldersOf(dataDir)
  return runs
    .map((run) => ({ ...run, directory: join(runsDir, run.id) }))
    .filter(({ directory }) => existsSync(directory))
}

/** A study with what its runs have come to; one that cannot be read is told and left out. */
export function readStudyDetails(study: Study, dataDir: string): StudyDetails {
  const runs = presentRuns(study, dataDir).flatMap(({ directory }): RunSummary[] => {
    try {
      return [readSummary(directory)]
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      printProblem(error.report())
      return []
    }
  })
  return { study, runs }
}
