import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { runFoldersOf } from '#main/library/folders.ts'
import { indexRun, rebuildIndex } from '#main/store/index-run.ts'
import { openStore, type Store } from '#main/store/open.ts'
import { listRuns } from '#main/store/runs.ts'
import { contributions, runs } from '#main/store/schema.ts'
import { sharedFileSystemFromType } from '#main/store/shared-file-systems.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, searchEpoch, writeWholeRun } from '../sample-runs.ts'

function dataFolder(): { dataDir: string; runsDir: string } {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  return { dataDir, runsDir }
}

const tablesOf = ({ db }: Store) => ({
  runs: db.select().from(runs).orderBy(runs.id).all(),
  contributions: db
    .select()
    .from(contributions)
    .orderBy(contributions.run, contributions.epoch, contributions.player)
    .all(),
})

describe('the index', () => {
  it('gives back what the list of runs shows, the newest run first', async () => {
    const { dataDir, runsDir } = dataFolder()
    const store = await openStore(dataDir)
    const older = writeWholeRun(runsDir, { name: 'first', seed: 7 })
    const { id: newer } = createRun(runsDir, sampleConfig(), 1_800_000_000_000)
    for (const id of [older, newer]) indexRun(store, runsDir, id)
    const [second, first] = listRuns(store)
    expect(first).toEqual({
      id: older,
      name: 'first',
      state: 'done',
      dataset: 'emoji8',
      task: 'single-label',
      strategy: 'sm-shapnas',
      space: 'sm-shapnas',
      seed: 7,
      createdAt: 1_700_000_000_000,
      updatedAt: first.updatedAt,
      score: { mean: 0.72, deviation: expect.closeTo(0.0283, 4), repetitions: 2 },
      bestSingle: { model: 'image', mean: 0.62 },
      parameters: 5000,
      latencyMs: 1.25,
      cost: 1000,
      done: 1,
      tags: [],
      notes: '',
      study: null,
      problem: null,
      priority: 0,
      trashed: false,
    })
    expect(second).toMatchObject({ id: newer, state: 'queued', score: null, bestSingle: null, done: 0 })
    store.close()
  })

  it('holds φ of every player in every epoch, and forgets epochs that a resumption voids', async () => {
    const { dataDir, runsDir } = dataFolder()
    const store = await openStore(dataDir)
    const { id, directory } = createRun(runsDir, sampleConfig())
    const writer = RunWriter.open(directory)
    writer.append(searchEpoch(0))
    writer.append(searchEpoch(1))
    indexRun(store, runsDir, id)
    const table = () => tablesOf(store).contributions.map(({ epoch, player, phi }) => [epoch, player, phi])
    expect(table()).toEqual([
      [0, 'a', 0.1],
      [0, 'b', -0.05],
      [1, 'a', 1.1],
      [1, 'b', -0.05],
    ])
    writer.append({ type: 'resumed', afterSeq: 0 })
    writer.close()
    indexRun(store, runsDir, id)
    expect(table().map(([epoch]) => epoch)).toEqual([0, 0])
    store.close()
  })

  it('is equal in every table after it was deleted and made again', async () => {
    const { dataDir, runsDir } = dataFolder()
    for (const seed of [1, 2, 3])
      indexRunOnce(await openStore(dataDir), runsDir, writeWholeRun(runsDir, { seed }))
    const before = await openStore(dataDir)
    const expected = tablesOf(before)
    expect(rebuildIndex(before, runFoldersOf(dataDir))).toEqual({ indexed: 3, damaged: [] })
    expect(tablesOf(before)).toEqual(expected)
    before.close()

    writeFileSync(
      join(dataDir, 'shapwright.db'),
      'this is no database at all, and longer than a header. '.repeat(20),
    )
    const after = await openStore(dataDir)
    expect(tablesOf(after).runs).toEqual([])
    rebuildIndex(after, runFoldersOf(dataDir))
    expect(tablesOf(after)).toEqual(expected)
    expect(expected.contributions).toHaveLength(12)
    after.close()
  })

  it('stays as it was when making it anew breaks off in the middle', async () => {
    const { dataDir, runsDir } = dataFolder()
    const store = await openStore(dataDir)
    const ids = [1, 2, 3].map((seed) => writeWholeRun(runsDir, { seed }))
    for (const id of ids) indexRun(store, runsDir, id)
    const expected = tablesOf(store)
    const trigger = `create trigger refuse before insert on runs when new.id = '${ids[1]}'
      begin select raise(abort, 'no'); end`
    store.db.run(trigger)
    expect(() => rebuildIndex(store, runFoldersOf(dataDir))).toThrow('no')
    expect(tablesOf(store)).toEqual(expected)
    store.close()
  })

  it('names damaged runs when it is made again and keeps the others', async () => {
    const { dataDir, runsDir } = dataFolder()
    const store = await openStore(dataDir)
    const whole = writeWholeRun(runsDir)
    const damaged = writeWholeRun(runsDir)
    appendFileSync(join(runsDir, damaged, 'events.ndjson'), '{"seq": "none"}\n{}\n')
    const rebuilt = rebuildIndex(store, runFoldersOf(dataDir))
    expect(rebuilt.damaged.map(({ code, where }) => [code, where.includes(damaged)])).toEqual([
      ['run-damaged', true],
    ])
    expect(listRuns(store).map(({ id }) => id)).toEqual([whole])
    store.close()
  })

  it('opens again and again without changing its schema, with foreign keys and write-ahead log on', async () => {
    const { dataDir } = dataFolder()
    const schemaOf = () => {
      const sqlite = new Database(join(dataDir, 'shapwright.db'))
      const rows = sqlite.prepare('select name, sql from sqlite_master order by name').all()
      const applied = sqlite.prepare('select count(*) as n from __drizzle_migrations').get()
      sqlite.close()
      return { rows, applied }
    }
    const first = await openStore(dataDir)
    expect(first.journal).toBe('wal')
    const orphan = { run: 'nobody', epoch: 0, player: 'a', phi: 0, standardError: null }
    expect(() => first.db.insert(contributions).values(orphan).run()).toThrow(/FOREIGN KEY/)
    first.close()
    const schema = schemaOf()
    const second = await openStore(dataDir)
    second.close()
    expect(schemaOf()).toEqual(schema)
  })

  it('says so when the data folder cannot be written', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write everywhere')
    const { dataDir } = dataFolder()
    chmodSync(dataDir, 0o500)
    await expect(openStore(dataDir)).rejects.toMatchObject({ code: 'data-folder-unwritable' })
    chmodSync(dataDir, 0o700)
  })

  it.runIf(process.platform === 'linux')('knows file systems that other machines share', () => {
    expect(sharedFileSystemFromType(0x6969)).toBe('NFS')
    expect(sharedFileSystemFromType(-11317950)).toBe('CIFS')
    expect(sharedFileSystemFromType(0xef53)).toBeNull()
  })
})

function indexRunOnce(store: Store, runsDir: string, id: string): void {
  indexRun(store, runsDir, id)
  store.close()
}
