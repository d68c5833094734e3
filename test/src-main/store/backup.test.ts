import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ProblemReport } from '#contract/problem.ts'
import { listBackups } from '#main/store/backup.ts'
import { indexRun } from '#main/store/index-run.ts'
import { openStore } from '#main/store/open.ts'
import { listRuns } from '#main/store/runs.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { writeWholeRun } from '../sample-runs.ts'

const dayMs = 24 * 3600 * 1000
const start = Date.UTC(2026, 2, 14, 15, 9, 26, 535)

afterEach(() => void vi.useRealTimers())

async function openAndClose(dataDir: string): Promise<void> {
  const store = await openStore(dataDir)
  store.close()
}

const runsIn = (file: string): number => {
  const sqlite = new Database(file, { readonly: true })
  const { n } = sqlite.prepare('select count(*) as n from runs').get() as { n: number }
  sqlite.close()
  return n
}

describe('backups of the index', () => {
  it('hold what the index held, under the time at which they were made', async () => {
    const dataDir = temporaryFolder()
    vi.useFakeTimers({ now: start, toFake: ['Date'] })
    const store = await openStore(dataDir)
    indexRun(store, join(dataDir, 'runs'), writeWholeRun(join(dataDir, 'runs')))
    const backup = await store.backUp()
    store.close()
    expect(backup).toMatchObject({ file: 'shapwright-20260314-150926-535.db', at: start })
    expect(backup.bytes).toBeGreaterThan(4096)
    expect(runsIn(join(dataDir, 'backups', backup.file))).toBe(1)
  })

  it('are made when the index is opened, once a day, and the last three are kept', async () => {
    const dataDir = temporaryFolder()
    const folder = join(dataDir, 'backups')
    vi.useFakeTimers({ now: start, toFake: ['Date'] })
    await openAndClose(dataDir)
    expect(existsSync(folder)).toBe(false)
    for (const days of [0, 0.9, 1.1, 2.2, 3.3, 4.4]) {
      vi.setSystemTime(start + days * dayMs)
      await openAndClose(dataDir)
    }
    expect(listBackups(folder).map(({ at }) => (at - start) / dayMs)).toEqual([4.4, 3.3, 2.2])
    expect(readdirSync(folder)).toHaveLength(3)
  })

  it('are made and kept though the clock was wrong and earlier ones lie in the future', async () => {
    const dataDir = temporaryFolder()
    const folder = join(dataDir, 'backups')
    await openAndClose(dataDir)
    vi.useFakeTimers({ now: start, toFake: ['Date'] })
    for (const days of [100, 200, 300]) {
      vi.setSystemTime(start + days * dayMs)
      const store = await openStore(dataDir)
      store.close()
    }
    vi.setSystemTime(start)
    await openAndClose(dataDir)
    expect(listBackups(folder).map(({ at }) => (at - start) / dayMs)).toContain(0)
    vi.setSystemTime(start + 2 * dayMs)
    const store = await openStore(dataDir)
    const { file } = await store.backUp()
    store.close()
    expect(readdirSync(folder)).toContain(file)
    expect(readdirSync(folder)).toHaveLength(3)
  })

  it('are made before the schema changes, however young the last one is', async () => {
    const dataDir = temporaryFolder()
    await openAndClose(dataDir)
    await openAndClose(dataDir)
    const sqlite = new Database(join(dataDir, 'shapwright.db'))
    // As the version before the last migration left it.
    sqlite.exec('alter table runs drop column task')
    sqlite.exec(
      'delete from __drizzle_migrations where created_at = (select max(created_at) from __drizzle_migrations)',
    )
    sqlite.close()
    await openAndClose(dataDir)
    const [newest, ...older] = listBackups(join(dataDir, 'backups'))
    expect(older).toHaveLength(1)
    const before = new Database(join(dataDir, 'backups', newest.file), { readonly: true })
    expect(
      before.prepare(`select 1 from pragma_table_info('runs') where name = 'task'`).get(),
    ).toBeUndefined()
    before.close()
  })

  it('keep the index of the first version, which is then filled anew from the run directories', async () => {
    const dataDir = temporaryFolder()
    const migrations = fileURLToPath(new URL('../../../src-main/store/migrations/', import.meta.url))
    const { entries } = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8'))
    const sqlite = new Database(join(dataDir, 'shapwright.db'))
    sqlite.exec(readFileSync(join(migrations, `${entries[0].tag}.sql`), 'utf8'))
    sqlite.exec('create table __drizzle_migrations (id integer primary key, hash text, created_at numeric)')
    sqlite.exec(`insert into __drizzle_migrations (hash, created_at) values ('', ${entries[0].when})`)
    sqlite.exec(`insert into runs (id, name, state, dataset, strategy, space, seed, createdAt, updatedAt, done, signature)
      values ('old', '', 'done', 'emoji8', 'darts', 'bm-nas', 1, 2, 3, 1, '')`)
    sqlite.close()
    const store = await openStore(dataDir)
    expect(listRuns(store)).toEqual([])
    const id = writeWholeRun(join(dataDir, 'runs'))
    indexRun(store, join(dataDir, 'runs'), id)
    expect(listRuns(store)).toMatchObject([{ id }])
    store.close()
    const [{ file }] = listBackups(join(dataDir, 'backups'))
    expect(runsIn(join(dataDir, 'backups', file))).toBe(1)
  })

  it('that cannot be made are told and keep nobody from the runs', async () => {
    const dataDir = temporaryFolder()
    await openAndClose(dataDir)
    writeFileSync(join(dataDir, 'backups'), 'a file in the place of the folder')
    const problems: ProblemReport[] = []
    const store = await openStore(dataDir, { report: (problem) => problems.push(problem) })
    expect(problems).toMatchObject([{ code: 'data-folder-unwritable' }])
    await expect(store.backUp()).rejects.toMatchObject({ code: 'data-folder-unwritable' })
    store.close()
  })

  it('leave nothing half written behind', async () => {
    const dataDir = temporaryFolder()
    const store = await openStore(dataDir)
    const folder = join(dataDir, 'backups')
    mkdirSync(folder)
    await store.backUp()
    expect(readdirSync(folder).filter((name) => !/^shapwright-.*\.db$/.test(name))).toEqual([])
    store.close()
    rmSync(folder, { recursive: true })
  })
})
