import { DatasetLibrary } from '../datasets/dataset-library.ts'
import { printProblem } from '../print-problem.ts'
import { updateIndex } from '../store/index-run.ts'
import { forkWorkers } from '../workers/node-worker.ts'
import { withIndex } from './open-index.ts'
import { ProgressLine } from './progress-line.ts'

/** Works with the datasets of a data folder, whose progress is shown on standard error. */
export async function withDatasets(
  dataDir: string,
  use: (library: DatasetLibrary) => Promise<void>,
): Promise<void> {
  const line = new ProgressLine(process.stderr)
  await withIndex(dataDir, async ({ store, folders: { runsDir, trashDir } }) => {
    updateIndex(store, { runsDir, trashDir }).forEach((problem) => printProblem(problem.report()))
    const library = new DatasetLibrary({
      dataDir,
      runsDir,
      store,
      spawnWorker: forkWorkers(),
      push(told) {
        if (told.topic !== 'dataset.progress') return
        line.show(`${Math.round(100 * told.progress.done)} % · ${told.progress.doing}`)
      },
      report: printProblem,
    })
    try {
      await use(library)
    } finally {
      line.clear()
      await library.close()
    }
  })
}
