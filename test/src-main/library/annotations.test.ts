import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { OpenRun } from '#main/runs/open-run.ts'
import { runsById } from '#main/store/runs.ts'
import { writeWholeRun } from '../sample-runs.ts'
import { openLibrary, tablesOf, type OpenLibrary } from './open-library.ts'

const rowOf = ({ store }: OpenLibrary, id: string) => runsById(store, [id]).get(id)!

describe('names, tags and notes', () => {
  it('stand in the run directory and in the index, and every window hears of them', async () => {
    const bench = await openLibrary()
    const id = writeWholeRun(bench.folders.runsDir, { name: 'as configured' })
    bench.follower.read(id)
    bench.pushes.length = 0
    const change = { name: 'the good one', notes: 'see Fig. 3', addTags: ['paper', 'final'] }
    expect(await bench.library.annotate([id], change)).toEqual({ done: [id], refused: [] })
    const file = join(bench.folders.runsDir, id, 'annotations.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      schemaVersion: 1,
      name: 'the good one',
      tags: ['final', 'paper'],
      notes: 'see Fig. 3',
    })
    expect(rowOf(bench, id)).toMatchObject({
      name: 'the good one',
      tags: ['final', 'paper'],
      notes: 'see Fig. 3',
    })
    expect(bench.pushes).toEqual([{ topic: 'run.changed', summary: rowOf(bench, id) }])

    await bench.library.annotate([id], { name: '', removeTags: ['paper'] })
    expect(rowOf(bench, id)).toMatchObject({ name: 'as configured', tags: ['final'], notes: 'see Fig. 3' })
  })

  it('leave the index as reading the run again would, and the run is not read again', async () => {
    const bench = await openLibrary()
    const id = writeWholeRun(bench.folders.runsDir)
    bench.follower.read(id)
    const read = vi.spyOn(OpenRun.prototype, 'readOn')
    await bench.library.annotate([id], { addTags: ['paper'], notes: 'Ünïcode' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(read).not.toHaveBeenCalled()
    read.mockRestore()
    const before = tablesOf(bench.store)
    bench.follower.read(id)
    expect(tablesOf(bench.store)).toEqual(before)
  })

  it('that another program changes are picked up', async () => {
    const bench = await openLibrary()
    const id = writeWholeRun(bench.folders.runsDir)
    bench.follower.read(id)
    const file = join(bench.folders.runsDir, id, 'annotations.json')
    writeFileSync(file, JSON.stringify({ schemaVersion: 1, name: null, tags: ['by hand'], notes: '' }))
    await vi.waitFor(() => expect(rowOf(bench, id).tags).toEqual(['by hand']), 10_000)
  })

  it('of a run that was out of date in the index do not hide that it was', async () => {
    const bench = await openLibrary()
    const id = writeWholeRun(bench.folders.runsDir)
    bench.follower.read(id)
    const directory = join(bench.folders.runsDir, id)
    const status = JSON.parse(readFileSync(join(directory, 'status.json'), 'utf8'))
    writeFileSync(join(directory, 'status.json'), JSON.stringify({ ...status, state: 'cancelled' }))
    await bench.library.annotate([id], { notes: 'n' })
    await vi.waitFor(() => expect(rowOf(bench, id)).toMatchObject({ state: 'cancelled', notes: 'n' }), 10_000)
  })

  it('are refused for runs that are not there, and done for the others', async () => {
    const bench = await openLibrary()
    const id = writeWholeRun(bench.folders.runsDir)
    bench.follower.read(id)
    const { done, refused } = await bench.library.annotate(['nothing', id], { addTags: ['a'] })
    expect(done).toEqual([id])
    expect(refused.map(({ id: refusedId, problem }) => [refusedId, problem.code])).toEqual([
      ['nothing', 'run-not-found'],
    ])
    expect(existsSync(join(bench.folders.runsDir, 'nothing'))).toBe(false)
  })
})
