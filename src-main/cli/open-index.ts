import { runFoldersOf, type RunFolders } from '../library/folders.ts'
import { lockDataFolder } from '../lock.ts'
import { printProblem } from '../print-problem.ts'
import { openStore, type Store } from '../store/open.ts'

/** The index of a data folder, which no one else writes meanwhile. */
export interface OpenIndex {
  store: Store
  folders: RunFolders
}

/**
 * Works with the index of a data folder, and closes it whatever happens.
 * @throws Problem `data-folder-locked`, `data-folder-unwritable`, what `use` throws
 */
export async function withIndex<T>(dataDir: string, use: (index: OpenIndex) => T | Promise<T>): Promise<T> {
  const lock = await lockDataFolder(dataDir)
  try {
    const store = await openStore(dataDir, { report: printProblem })
    try {
      return await use({ store, folders: runFoldersOf(dataDir) })
    } finally {
      store.close()
    }
  } finally {
    await lock.release()
  }
}
