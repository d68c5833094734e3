import { Problem } from '#contract/problem.ts'
import { listRuns as listRunIds } from '#worker/run-directory/read.ts'
import { OpenRun } from '../runs/open-run.ts'
import type { Store } from './open.ts'
import { contributionRows, runRow } from './run-rows.ts'
import { removeAllRuns, saveRun } from './runs.ts'

/** What could not be read stays out of the index, and is told. */
export interface Rebuilt {
  indexed: number
  damaged: Problem[]
}

/**
 * Reads a run's directory into the index.
 * @throws Problem `run-not-found`, `run-damaged`, `bad-configuration`
 */
export function indexRun(store: Store, runsDir: string, id: string): void {
  const run = new OpenRun(runsDir, id)
  run.readOn()
  saveRun(store, runRow(run, run.signature), contributionRows(run))
}

/** Empties the index and fills it again from the run directories; every table is then as it was. */
export function rebuildIndex(store: Store, runsDir: string): Rebuilt {
  removeAllRuns(store)
  const damaged: Problem[] = []
  const ids = listRunIds(runsDir)
  for (const id of ids) {
    try {
      indexRun(store, runsDir, id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      damaged.push(error)
    }
  }
  return { indexed: ids.length - damaged.length, damaged }
}
