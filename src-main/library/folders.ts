import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { readStatus } from '#worker/run-directory/read.ts'

/** Where the run directories of a data folder lie. */
export interface RunFolders {
  runsDir: string
  trashDir: string
}

export const runFoldersOf = (dataDir: string): RunFolders => ({
  runsDir: join(dataDir, 'runs'),
  trashDir: join(dataDir, 'trash'),
})

/** Whether a folder lies there itself. A link in its place would lead out of the data folder. */
export const isPlainFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The directory of a run of the list. @throws Problem `run-not-found`, `run-damaged` */
export function directoryOfRun({ runsDir }: Pick<RunFolders, 'runsDir'>, id: string): string {
  const directory = join(runsDir, id)
  if (!isPlainFolder(directory)) throw new Problem('run-not-found', id, `there is no run at ${directory}`)
  readStatus(directory)
  return directory
}

/** Where a run lies, in the list or in the trash. */
export interface RunPlace {
  folder: string
  directory: string
  trashed: boolean
}

/** @throws Problem `run-not-found` */
export function placeOfRun({ runsDir, trashDir }: RunFolders, id: string): RunPlace {
  const places = [
    { folder: runsDir, directory: join(runsDir, id), trashed: false },
    { folder: trashDir, directory: join(trashDir, id), trashed: true },
  ]
  const place = places.find(({ directory }) => isPlainFolder(directory))
  if (place) return place
  throw new Problem('run-not-found', id, `there is nothing at ${join(runsDir, id)}`)
}
