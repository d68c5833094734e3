import { mkdirSync } from 'node:fs'
import { afterEach } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { runFoldersOf, type RunFolders } from '#main/library/folders.ts'
import { RunLibrary } from '#main/library/run-library.ts'
import { RunFollower } from '#main/runs/run-follower.ts'
import { openStore, type Store } from '#main/store/open.ts'
import { contributions, digests, runs } from '#main/store/schema.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

export interface OpenLibrary {
  dataDir: string
  folders: RunFolders
  store: Store
  follower: RunFollower
  library: RunLibrary
  pushes: Push[]
  problems: ProblemReport[]
  close: () => void
}

const opened: OpenLibrary[] = []

afterEach(() => {
  for (const library of opened.splice(0)) library.close()
})

/** The library of a data folder as a workbench without workers opens it. */
export async function openLibrary(dataDir = temporaryFolder(), { scanMs = 30 } = {}): Promise<OpenLibrary> {
  const folders = runFoldersOf(dataDir)
  mkdirSync(folders.runsDir, { recursive: true })
  const pushes: Push[] = []
  const problems: ProblemReport[] = []
  const push = (told: Push) => void pushes.push(told)
  const report = (problem: ProblemReport) => void problems.push(problem)
  const store = await openStore(dataDir)
  const { runsDir } = folders
  const isExecuted = () => false
  const follower = new RunFollower({ store, runsDir, push, report, isExecuted, scanMs, readMs: 10 })
  const library = new RunLibrary({ store, folders, follower, push, report })
  library.start()
  follower.start()
  let closed = false
  const close = () => {
    if (closed) return
    closed = true
    follower.close()
    store.close()
  }
  const open = { dataDir, folders, store, follower, library, pushes, problems, close }
  opened.push(open)
  return open
}

/** All that the index holds. */
export const tablesOf = ({ db }: Store) => ({
  runs: db.select().from(runs).orderBy(runs.id).all(),
  digests: db.select().from(digests).orderBy(digests.run).all(),
  contributions: db
    .select()
    .from(contributions)
    .orderBy(contributions.run, contributions.epoch, contributions.player)
    .all(),
})
