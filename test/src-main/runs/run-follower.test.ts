import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { listRuns, runsById } from '#main/store/runs.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { onBrokenDisk } from '../../fixtures/broken-disk.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { openLibrary, tablesOf } from '../library/open-library.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'

const eventually = (claim: () => void) => vi.waitFor(claim, { timeout: 10_000, interval: 10 })
const open = () => openLibrary(temporaryFolder(), { scanMs: 20 })

/** A run as a process leaves it that was killed in the middle; answers its id. */
function abandonedRun(folder: string): string {
  const { id, directory } = createRun(folder, sampleConfig())
  const writer = RunWriter.open(directory)
  writer.append({ type: 'progress', phase: 'search', done: 0.5, doing: 'epoch 1' })
  writer.close()
  const dead = { pid: process.pid, startTime: 'earlier', host: hostname() }
  const status = { ...readStatus(directory), state: 'running', process: dead }
  writeFileSync(join(directory, 'status.json'), JSON.stringify(status))
  return id
}

describe('a run whose process is gone', () => {
  it('gets its final state as soon as there is room for it, and a full disk is told once', async () => {
    const bench = await open()
    const elsewhere = temporaryFolder()
    const id = abandonedRun(elsewhere)
    const directory = join(bench.folders.runsDir, id)
    renameSync(join(elsewhere, id), directory)
    await onBrokenDisk('full', 1, async () => {
      await eventually(() => expect(bench.problems).toHaveLength(1))
      await pause(100)
    })
    expect(readStatus(directory).state).toBe('running')
    await eventually(() => expect(readStatus(directory).state).toBe('interrupted'))
    await eventually(() => expect(runsById(bench.store, [id]).get(id)?.state).toBe('interrupted'))
    expect(bench.problems.map(({ code }) => code)).toEqual(['data-folder-unwritable'])
  })

  it('and that dies once more on a full disk is told of once more', async () => {
    const bench = await open()
    const id = abandonedRun(bench.folders.runsDir)
    const directory = join(bench.folders.runsDir, id)
    await eventually(() => expect(readStatus(directory).state).toBe('interrupted'))
    for (const times of [1, 2]) {
      const dead = { pid: process.pid, startTime: 'earlier', host: hostname() }
      const status = { ...readStatus(directory), state: 'running', process: dead }
      await onBrokenDisk('full', 2, async () => {
        writeFileSync(join(directory, 'status.json'), JSON.stringify(status))
        await eventually(() => expect(bench.problems).toHaveLength(times))
      })
      await eventually(() => expect(readStatus(directory).state).toBe('interrupted'))
    }
  })
})

describe('a run that is copied into the folder by hand', () => {
  it('is listed when its last file has come, whichever that is', async () => {
    const bench = await open()
    const elsewhere = temporaryFolder()
    const id = writeWholeRun(elsewhere)
    const target = join(bench.folders.runsDir, id)
    mkdirSync(target)
    for (const file of ['status.json', 'events.ndjson', 'config.json']) {
      copyFileSync(join(elsewhere, id, file), join(target, file))
      await pause(100)
    }
    await eventually(() => expect(listRuns(bench.store).map((run) => run.id)).toEqual([id]))
  })
})

describe('the index', () => {
  it('has no run without its digest, and takes both when it can', async () => {
    const bench = await open()
    const { $client: sqlite } = bench.store.db as unknown as { $client: { exec(sql: string): void } }
    sqlite.exec("create trigger no_room before insert on digests begin select raise(abort, 'no room'); end")
    const id = writeWholeRun(bench.folders.runsDir)
    await eventually(() => expect(bench.problems).not.toEqual([]))
    expect(tablesOf(bench.store).runs).toEqual([])
    await pause(100)
    sqlite.exec('drop trigger no_room')
    await eventually(() => expect(tablesOf(bench.store).digests.map(({ run }) => run)).toEqual([id]))
    expect(tablesOf(bench.store).runs.map((run) => run.id)).toEqual([id])
    expect(bench.problems).toHaveLength(1)
  })
})
