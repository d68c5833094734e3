import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { expandStudy, Study, StudyPlan } from '#contract/config/study.ts'
import { createRunId } from '#worker/run-directory/run-id.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { writeStudy } from './study-files.ts'

interface MadeRuns {
  /** With the new runs. */
  study: Study
  made: { id: string; directory: string }[]
}

/** A study that has no runs yet. */
export function newStudy(plan: StudyPlan, at = Date.now()): Study {
  return { schemaVersion: 1, id: createRunId(at), ...plan, createdAt: at, runs: [] }
}

/**
 * Makes further runs of a study and writes the study with them, or makes none. `inQueue` says that they wait for a
 * workbench.
 * @throws Problem `data-folder-unwritable`
 */
export function makeStudyRuns(
  { dataDir, runsDir }: { dataDir: string; runsDir: string },
  study: Study,
  wanted: ReturnType<typeof expandStudy>,
  { inQueue }: { inQueue: boolean },
): MadeRuns {
  const made: MadeRuns['made'] = []
  const at = Date.now()
  try {
    // ids sort by their time of creation: the runs are worked off in the order of the grid
    for (const [i, { config }] of wanted.entries())
      made.push(createRun(runsDir, { ...config, study: study.id }, at + i, { inQueue }))
    const runs = wanted.map(({ point, seed }, i) => ({ id: made[i].id, point, seed }))
    const whole = { ...study, runs: [...study.runs, ...runs] }
    writeStudy(dataDir, whole)
    return { study: whole, made }
  } catch (error) {
    for (const { id } of made) rmSync(join(runsDir, id), { recursive: true, force: true })
    throw error
  }
}
