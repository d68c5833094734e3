import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { runFoldersOf, type RunFolders } from '#main/library/folders.ts'
import { RunLibrary } from '#main/library/run-library.ts'
import { RunFollower } from '#main/runs/run-follower.ts'
import { rebuildIndex } from '#main/store/index-run.ts'
import { openStore, type Store } from '#main/store/open.ts'
import { indexedRuns } from '#main/store/runs.ts'
import { contributions, digests, runs } from '#main/store/schema.ts'
import { type Benchmark, countFrom } from '../benchmark.ts'
import { writeRuns } from './workbench/write-runs.ts'

/** One run in a hundred has 200 search epochs, the others have 4. */
const longShare = 0.01
/** One in twenty lies in the trash. */
const trashedEvery = 20
/** Milliseconds a run that making the index anew may take. */
const mostPerRunMs = 5

export const indexRebuilding: Benchmark = {
  name: 'rebuild-index',
  about: 'whether rebuild-index makes every table of the index equal again, and how long it takes',
  usage: '[--runs 2000]',
  async run(args) {
    const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '2000' } } })
    const count = countFrom('runs', values.runs)
    const dataDir = mkdtempSync(join(tmpdir(), 'shapwright-bench-'))
    try {
      const folders = runFoldersOf(dataDir)
      for (const folder of [folders.runsDir, folders.trashDir]) mkdirSync(folder, { recursive: true })
      const long = Math.ceil(longShare * count)
      writeRuns(folders.runsDir, { many: count - long, long })
      const store = await openStore(dataDir)
      try {
        return await compare(store, folders, count)
      } finally {
        store.close()
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}

/** The index as a window makes it, and as it is made anew from the folders. */
async function compare(store: Store, folders: RunFolders, count: number) {
  const followedMs = await followAll(store, folders, count)
  const live = tablesOf(store)
  const begun = performance.now()
  const { indexed, damaged } = rebuildIndex(store, folders)
  const rebuiltMs = performance.now() - begun
  const rebuilt = tablesOf(store)
  const unequal = Object.keys(live).filter(
    (table) => !isDeepStrictEqual(live[table as keyof typeof live], rebuilt[table as keyof typeof live]),
  )
  const rows = Object.fromEntries(Object.entries(rebuilt).map(([table, all]) => [table, all.length]))
  console.log(JSON.stringify({ indexed, damaged: damaged.length, followedMs, rebuiltMs, rows, unequal }))
  const equal = unequal.length === 0 && indexed === count
  return {
    figure: `${indexed} runs in ${(rebuiltMs / 1000).toFixed(1)} s (at most ${(mostPerRunMs * count) / 1000} s), tables that differ: ${unequal.join(', ') || 'none'}`,
    met: equal && rebuiltMs <= mostPerRunMs * count,
  }
}

/** Has a window's follower read all runs, and throws some of them into the trash. Answers how long the reading took. */
async function followAll(store: Store, folders: RunFolders, count: number): Promise<number> {
  const push = () => {}
  const report = ({ message, detail }: { message: string; detail: string }) => {
    throw new Error(`${message}: ${detail}`)
  }
  const watching = { isExecuted: () => false, scanMs: 3_600_000, readMs: 10 }
  const follower = new RunFollower({ store, runsDir: folders.runsDir, push, report, ...watching })
  const library = new RunLibrary({ store, folders, follower, push, report })
  const begun = performance.now()
  follower.start()
  let ids: string[] = []
  while (ids.length < count) {
    await setTimeout(20)
    ids = indexedRuns(store, { trashed: false }).map(({ id }) => id)
  }
  const followedMs = performance.now() - begun
  await library.annotate(ids.slice(0, trashedEvery), { notes: 'kept', addTags: ['a tag'] })
  await library.trash(ids.filter((_, i) => i % trashedEvery === 0))
  follower.close()
  return followedMs
}

const tablesOf = ({ db }: Store) => ({
  runs: db.select().from(runs).orderBy(runs.id).all(),
  digests: db.select().from(digests).orderBy(digests.run).all(),
  contributions: db
    .select()
    .from(contributions)
    .orderBy(contributions.run, contributions.epoch, contributions.player)
    .all(),
})
