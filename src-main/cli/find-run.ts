import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { listRuns } from '#worker/run-directory/read.ts'
import { runFoldersOf } from '../library/folders.ts'

export interface FoundRun {
  id: string
  directory: string
}

/**
 * The run whose id begins like this, in the list or in the trash.
 * @throws Problem `run-not-found` when no run, or more than one, begins like this.
 */
export function findRun(prefix: string, dataDir: string, { trashed = false } = {}): FoundRun {
  const { runsDir, trashDir } = runFoldersOf(dataDir)
  const folder = trashed ? trashDir : runsDir
  const ids = idsOf(folder)
  const fitting = ids.includes(prefix) ? [prefix] : ids.filter((id) => id.startsWith(prefix))
  if (fitting.length === 1) return { id: fitting[0], directory: join(folder, fitting[0]) }
  const among = trashed ? `the trash of ${dataDir}` : dataDir
  const reason =
    fitting.length === 0 ? `no run of ${among} begins like this` : `${fitting.length} runs begin like this`
  throw new Problem('run-not-found', prefix, reason)
}

/** The oldest first. @throws Problem `file-unreadable` where the folder is no folder, or may not be read. */
export function idsOf(folder: string): string[] {
  try {
    return listRuns(folder)
  } catch (error) {
    throw new Problem('file-unreadable', folder, (error as Error).message, { cause: error })
  }
}
