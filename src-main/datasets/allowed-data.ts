import type { RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import { readConfig, readStatus } from '#worker/run-directory/read.ts'
import type { FileGrants } from '../files/grants.ts'
import { placeOfRun, runFoldersOf } from '../library/folders.ts'
import type { DatasetLibrary } from './dataset-library.ts'

interface Allowed {
  datasets: Pick<DatasetLibrary, 'holds'>
  grants: FileGrants
}

/**
 * Refuses what a window may not have read: a table that is neither in the library nor was shown to a window since Shapwright
 * was opened. Whoever starts Shapwright may read any; a window may only name what it was given.
 * @throws Problem `not-allowed`
 */
export function refuseForeignData(
  { datasets, grants }: Allowed,
  configs: readonly Pick<RunConfig, 'dataset'>[],
): void {
  const paths = new Set(configs.flatMap(({ dataset }) => (dataset.kind === 'table' ? [dataset.path] : [])))
  for (const path of paths)
    if (!grants.holds(path) && !datasets.holds(path))
      throw new Problem('not-allowed', path, 'the table is not in the library; import it first')
}

/**
 * The same for work that reads the data of a run again: one that was made elsewhere may name a table that this window was
 * never shown.
 * @throws Problem `not-allowed`, `run-not-found`, `run-damaged`
 */
export function refuseForeignDataOf(rooms: Allowed & { dataDir: string }, id: string): void {
  const { directory } = placeOfRun(runFoldersOf(rooms.dataDir), id)
  if (readStatus(directory).imported) refuseForeignData(rooms, [readConfig(directory)])
}
