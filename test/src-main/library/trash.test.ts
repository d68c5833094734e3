import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { annotateRun } from '#main/library/annotations.ts'
import { overviewOfRuns } from '#main/store/query-runs.ts'
import { rebuildIndex } from '#main/store/index-run.ts'
import { listRuns } from '#main/store/runs.ts'
import { claimRun } from '#worker/run-directory/claim.ts'
import { useRun } from '#worker/run-directory/use.ts'
import { createRun, writeStatus } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'
import { openLibrary, tablesOf, type OpenLibrary } from './open-library.ts'

/** Finished runs, known to the index; answers their ids. */
function addRuns({ folders, follower }: OpenLibrary, count: number): string[] {
  const strategies = ['sm-shapnas', 'darts', 'random'] as const
  return Array.from({ length: count }, (_, i) => {
    const search = { strategy: strategies[i % 3] }
    const id = writeWholeRun(folders.runsDir, { name: `run ${i}`, seed: i, search }, 1_700_000_000_000 + i)
    follower.read(id)
    return id
  })
}

const afterSomeScans = () => new Promise((resolve) => setTimeout(resolve, 150))

describe('the trash', () => {
  it('takes runs out of the list, keeps them, and gives them back', async () => {
    const bench = await openLibrary()
    const [kept, gone] = addRuns(bench, 2)
    bench.pushes.length = 0
    expect(await bench.library.trash([gone])).toEqual({ done: [gone], refused: [] })
    expect(bench.pushes).toEqual([{ topic: 'runs.removed', ids: [gone] }])
    expect(readdirSync(bench.folders.trashDir)).toEqual([gone])
    expect(listRuns(bench.store).map(({ id }) => id)).toEqual([kept])
    await afterSomeScans()
    expect(overviewOfRuns(bench.store)).toMatchObject({ total: 1, trashed: 1 })

    await bench.library.restore([gone])
    expect(bench.pushes.at(-1)).toMatchObject({ topic: 'run.changed', summary: { id: gone, trashed: false } })
    await afterSomeScans()
    expect(listRuns(bench.store)).toHaveLength(2)
    expect(bench.problems).toEqual([])
  })

  it('holds what a run said last, also where nobody had looked at it since', async () => {
    const bench = await openLibrary(temporaryFolder(), { scanMs: 10_000 })
    const [id] = addRuns(bench, 1)
    annotateRun(join(bench.folders.runsDir, id), { name: 'changed by a terminal' })
    await bench.library.trash([id])
    expect(tablesOf(bench.store).runs).toMatchObject([{ trashed: true, name: 'changed by a terminal' }])
    annotateRun(join(bench.folders.trashDir, id), { name: 'and again' })
    await bench.library.restore([id])
    expect(listRuns(bench.store)).toMatchObject([{ name: 'and again' }])
  })

  it('leaves no reading behind that would miss the run', async () => {
    const bench = await openLibrary(temporaryFolder(), { scanMs: 10_000 })
    const [id] = addRuns(bench, 1)
    bench.follower.touch(id)
    await bench.library.trash([id])
    await afterSomeScans()
    expect(bench.problems).toEqual([])
  })

  it('and back changes nothing, whichever runs are taken', async () => {
    const bench = await openLibrary()
    const ids = addRuns(bench, 6)
    await bench.library.annotate(ids.slice(0, 3), { addTags: ['x'] })
    const tables = tablesOf(bench.store)
    await fc.assert(
      fc.asyncProperty(fc.subarray(ids, { minLength: 1 }), async (some) => {
        await bench.library.trash(some)
        expect(readdirSync(bench.folders.runsDir).toSorted()).toEqual(ids.filter((id) => !some.includes(id)))
        await bench.library.restore(some)
        expect(tablesOf(bench.store)).toEqual(tables)
        expect(readdirSync(bench.folders.trashDir)).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  it('refuses runs that wait or are worked on and takes all others', async () => {
    const bench = await openLibrary()
    const [done] = addRuns(bench, 1)
    const { id: queued } = createRun(bench.folders.runsDir, sampleConfig())
    const { id: running, directory } = createRun(bench.folders.runsDir, sampleConfig())
    writeStatus(directory, 'running')
    const answer = await bench.library.trash([queued, running, 'nothing', done])
    expect(answer.done).toEqual([done])
    expect(answer.refused.map(({ id, problem }) => [id, problem.code])).toEqual([
      [queued, 'run-busy'],
      [running, 'run-busy'],
      ['nothing', 'run-not-found'],
    ])
    expect(readdirSync(bench.folders.trashDir)).toEqual([done])
  })

  it('refuses a run that somebody has just claimed', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    const giveBack = claimRun(join(bench.folders.runsDir, id), process.ppid)
    expect((await bench.library.trash([id])).refused).toMatchObject([{ id, problem: { code: 'run-busy' } }])
    giveBack()
    expect((await bench.library.trash([id])).done).toEqual([id])
    expect(readdirSync(join(bench.folders.trashDir, id))).not.toContain('claim')
  })

  it('refuses a run that another process computes with, and erases none that it holds', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    const use = () => useRun(join(bench.folders.runsDir, id), 'values its supernet again', process.ppid)
    const leave = use()
    expect((await bench.library.trash([id])).refused).toMatchObject([
      {
        id,
        problem: { code: 'run-busy', detail: `process ${process.ppid} values its supernet again` },
      },
    ])
    leave()
    expect((await bench.library.trash([id])).done).toEqual([id])
    useRun(join(bench.folders.trashDir, id), 'tries swaps of its architecture', process.ppid)
    expect((await bench.library.erase([id])).refused).toMatchObject([{ id, problem: { code: 'run-busy' } }])
  })

  it('takes what a process that has died was computing with', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    const { pid } = spawnSync('true')
    const died = JSON.stringify({ pid, startTime: 'long ago', host: hostname(), doing: 'worked' })
    writeFileSync(join(bench.folders.runsDir, id, '.unfinished-use-1'), died)
    writeFileSync(join(bench.folders.runsDir, id, '.unfinished-use-2'), 'torn')
    expect((await bench.library.trash([id])).done).toEqual([id])
    expect((await bench.library.erase([id])).done).toEqual([id])
  })

  it('erases for good, but only what lies in it', async () => {
    const bench = await openLibrary()
    const [listed, doomed] = addRuns(bench, 2)
    await bench.library.trash([doomed])
    const answer = await bench.library.erase([listed, doomed])
    expect(answer.done).toEqual([doomed])
    expect(answer.refused).toMatchObject([{ id: listed, problem: { code: 'run-not-found' } }])
    expect(readdirSync(bench.folders.trashDir)).toEqual([])
    expect(tablesOf(bench.store).runs.map(({ id }) => id)).toEqual([listed])
  })

  it('takes damaged runs too', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    writeFileSync(join(bench.folders.runsDir, id, 'status.json'), '{')
    expect((await bench.library.trash([id])).done).toEqual([id])
    expect((await bench.library.erase([id])).done).toEqual([id])
  })

  it('never overwrites a run of the same id', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    mkdirSync(join(bench.folders.trashDir, id), { recursive: true })
    const { refused } = await bench.library.trash([id])
    expect(refused).toMatchObject([{ id, problem: { detail: 'it is there already' } }])
  })

  it('takes no link for a run, and touches nothing that one leads to', async () => {
    const bench = await openLibrary()
    const { runsDir, trashDir } = bench.folders
    const outside = temporaryFolder()
    const foreign = writeWholeRun(outside)
    const before = readdirSync(join(outside, foreign))
    mkdirSync(trashDir)
    symlinkSync(join(outside, foreign), join(runsDir, 'listed'))
    symlinkSync(join(outside, foreign), join(trashDir, 'thrown'))
    const answers = [
      await bench.library.annotate(['listed', 'thrown'], { notes: 'x' }),
      await bench.library.trash(['listed']),
      await bench.library.restore(['thrown']),
      await bench.library.erase(['thrown']),
    ]
    for (const { done, refused } of answers) {
      expect(done).toEqual([])
      expect(new Set(refused.map(({ problem }) => problem.code))).toEqual(new Set(['run-not-found']))
    }
    expect(readdirSync(join(outside, foreign))).toEqual(before)
  })

  it('erases links inside a run, not what they lead to', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'precious'), '')
    await bench.library.trash([id])
    symlinkSync(outside, join(bench.folders.trashDir, id, 'exports', 'link'))
    expect((await bench.library.erase([id])).done).toEqual([id])
    expect(readdirSync(outside)).toEqual(['precious'])
  })

  it('says so when it cannot be made', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    writeFileSync(bench.folders.trashDir, '')
    const { refused } = await bench.library.trash([id])
    expect(refused).toMatchObject([{ id, problem: { code: 'data-folder-unwritable' } }])
    rmSync(bench.folders.trashDir)
    expect((await bench.library.trash([id])).done).toEqual([id])
  })

  it('is put right after a crash between the rename and the index, and after half an erasure', async () => {
    const bench = await openLibrary()
    const [first, second, third] = addRuns(bench, 3)
    await bench.library.trash([second])
    const { folders, dataDir } = bench
    bench.close()
    renameSync(join(folders.runsDir, first), join(folders.trashDir, first))
    renameSync(join(folders.trashDir, second), join(folders.runsDir, second))
    mkdirSync(join(folders.trashDir, '.unfinished-gone'))
    const again = await openLibrary(dataDir)
    await vi.waitFor(() => expect(listRuns(again.store).map(({ id }) => id)).toEqual([third, second]), 10_000)
    expect(overviewOfRuns(again.store)).toMatchObject({ total: 2, trashed: 1 })
    expect(readdirSync(folders.trashDir)).toEqual([first])
  })

  it('keeps a run that was copied back by hand in the list', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    const { folders, dataDir } = bench
    await bench.library.trash([id])
    cpSync(join(folders.trashDir, id), join(folders.runsDir, id), { recursive: true })
    await vi.waitFor(() => expect(listRuns(bench.store)).toHaveLength(1), 10_000)
    bench.close()
    const again = await openLibrary(dataDir)
    await afterSomeScans()
    expect(listRuns(again.store).map((run) => run.id)).toEqual([id])
    expect((await again.library.erase([id])).done).toEqual([id])
    expect(listRuns(again.store).map((run) => run.id)).toEqual([id])
  })

  it.runIf(existsSync('/dev/shm'))('says so when it is a link to another disk', async () => {
    const bench = await openLibrary()
    const [id] = addRuns(bench, 1)
    const otherDisk = temporaryFolder('/dev/shm')
    symlinkSync(otherDisk, bench.folders.trashDir)
    const { refused } = await bench.library.trash([id])
    expect(refused).toMatchObject([{ id, problem: { code: 'data-folder-unwritable' } }])
    expect(refused[0].problem.detail).toContain('another disk')
    expect(readdirSync(bench.folders.runsDir)).toEqual([id])
  })

  it('is part of the index that rebuild-index makes: 50 runs in every place come back equal', async () => {
    const bench = await openLibrary()
    const ids = addRuns(bench, 50)
    await bench.library.annotate(ids.slice(10, 30), { addTags: ['a', 'b'], notes: 'n' })
    await bench.library.annotate(ids.slice(20, 40), { name: 'renamed', removeTags: ['a'] })
    await bench.library.trash(ids.filter((_, i) => i % 3 === 0))
    await bench.library.restore(ids.filter((_, i) => i % 6 === 0))
    const live = tablesOf(bench.store)
    expect(rebuildIndex(bench.store, bench.folders)).toEqual({ indexed: 50, damaged: [] })
    expect(tablesOf(bench.store)).toEqual(live)
    expect(overviewOfRuns(bench.store)).toMatchObject({ total: 42, trashed: 8 })
  })
})
