import type { RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { FileGrants } from '../files/grants.ts'
import type { DatasetLibrary } from './dataset-library.ts'

/**
 * Refuses what a window may not have read: a table that is neither in the library nor was shown to a window since Shapwright
 * was opened. Whoever starts Shapwright may read any; a window may only name what it was given.
 * @throws Problem `not-allowed`
 */
export function refuseForeignData(
  { datasets, grants }: { datasets: Pick<DatasetLibrary, 'holds'>; grants: FileGrants },
  configs: readonly Pick<RunConfig, 'dataset'>[],
): void {
  const paths = new Set(configs.flatMap(({ dataset }) => (dataset.kind === 'table' ? [dataset.path] : [])))
  for (const path of paths)
    if (!grants.holds(path) && !datasets.holds(path))
      throw new Problem('not-allowed', path, 'the table is not in the library; import it first')
}
