import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { listRuns as listRunIds } from '#worker/run-directory/read.ts'
import type { RunFolders } from '../library/folders.ts'
import { OpenRun, signatureOf } from '../runs/open-run.ts'
import type { Store } from './open.ts'
import { contributionRows, digestRow, runRow } from './run-rows.ts'
import { indexedRuns, moveRow, removeAllRuns, removeRun, saveRun } from './runs.ts'

/** What could not be read stays out of the index, and is told. */
export interface Rebuilt {
  indexed: number
  damaged: Problem[]
}

/** In the list of runs or in the trash. */
interface RunPlace {
  trashed: boolean
}

/**
 * Reads a run's directory into the index.
 * @throws Problem `run-not-found`, `run-damaged`, `bad-configuration`
 */
export function indexRun(
  store: Store,
  folder: string,
  id: string,
  place: RunPlace = { trashed: false },
): void {
  const run = new OpenRun(folder, id, place)
  run.readOn()
  saveRun(store, runRow(run, run.signature), { ledger: contributionRows(run), digest: digestRow(run) })
}

/**
 * Takes over that a run was moved between the list and the trash; its files are read again only where the index had not
 * seen them as they are. Answers their signature.
 * @throws Problem `run-not-found`, `run-damaged`, `bad-configuration`
 */
export function indexMovedRun(store: Store, folder: string, id: string, place: RunPlace): string {
  const signature = signatureOf(join(folder, id))
  if (!moveRow(store, id, { ...place, signature })) indexRun(store, folder, id, place)
  return signature
}

/** Makes the index of the list of runs equal to the run directories; what it cannot take is answered. */
export function updateIndex(store: Store, { runsDir }: RunFolders): Problem[] {
  const known = new Map(indexedRuns(store, { trashed: false }).map(({ id, signature }) => [id, signature]))
  const ids = new Set(listRunIds(runsDir))
  for (const id of known.keys()) if (!ids.has(id)) removeRun(store, id, { trashed: false })
  return [...ids].flatMap((id) => {
    if (known.get(id) === signatureOf(join(runsDir, id))) return []
    try {
      indexRun(store, runsDir, id)
      return []
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return [error]
    }
  })
}

/**
 * Empties the index and fills it again from the run directories, trash included; every table is then as it was. All of it
 * is one transaction: whoever looks meanwhile, or after a crash, sees the index as it was before.
 */
export function rebuildIndex(store: Store, folders: RunFolders): Rebuilt {
  return store.db.transaction(() => {
    removeAllRuns(store)
    return fillIndex(store, folders)
  })
}

function fillIndex(store: Store, { runsDir, trashDir }: RunFolders): Rebuilt {
  const damaged: Problem[] = []
  let indexed = 0
  // Where a run of the trash was copied back by hand as well, the one in the list counts.
  for (const [folder, trashed] of [
    [trashDir, true],
    [runsDir, false],
  ] as const) {
    for (const id of listRunIds(folder)) {
      try {
        indexRun(store, folder, id, { trashed })
        indexed++
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        damaged.push(error)
      }
    }
  }
  return { indexed, damaged }
}
