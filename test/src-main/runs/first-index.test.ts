import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { OpenRun } from '#main/runs/open-run.ts'
import { listRuns } from '#main/store/runs.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { openLibrary } from '../library/open-library.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'

afterEach(() => void vi.restoreAllMocks())

describe('a data folder whose runs are not in the index', () => {
  it('opens before they are all read; what runs is read first, and everyone else has a turn in between', async () => {
    const dataDir = temporaryFolder()
    const runsDir = join(dataDir, 'runs')
    mkdirSync(runsDir)
    const resting = Array.from({ length: 12 }, () => writeWholeRun(runsDir))
    const { id: running, directory } = createRun(runsDir, sampleConfig(), 1_800_000_000_000)
    const writer = RunWriter.open(directory)
    writer.setStatus('running')
    writer.append({ type: 'progress', phase: 'search', done: 0.1, doing: 'a' })
    writer.close()
    const { readOn } = OpenRun.prototype
    vi.spyOn(OpenRun.prototype, 'readOn').mockImplementation(function slowly(this: OpenRun) {
      for (const until = performance.now() + 20; performance.now() < until;);
      return readOn.call(this)
    })
    const bench = await openLibrary(dataDir)
    const indexed = () => listRuns(bench.store).map(({ id }) => id)
    expect(indexed()).toContain(running)
    expect(indexed().length).toBeLessThan(6)
    let turns = 0
    const count = setInterval(() => turns++, 0)
    await vi.waitFor(() => expect(indexed().toSorted()).toEqual([...resting, running].toSorted()), 10_000)
    clearInterval(count)
    expect(turns).toBeGreaterThan(3)
    expect(bench.problems).toEqual([])
  })

  it('tells windows of all runs, but sends them the events of those only that may still change', async () => {
    const dataDir = temporaryFolder()
    const id = writeWholeRun(join(dataDir, 'runs'))
    const bench = await openLibrary(dataDir)
    await vi.waitFor(() => expect(bench.pushes.map(({ topic }) => topic)).toEqual(['run.changed']), 10_000)
    const writer = RunWriter.open(join(dataDir, 'runs', id))
    writer.setStatus('running')
    writer.append({ type: 'progress', phase: 'search', done: 0.1, doing: 'again' })
    writer.close()
    const sent = () => bench.pushes.flatMap((push) => (push.topic === 'run.events' ? push.events : []))
    await vi.waitFor(() => expect(sent()).toMatchObject([{ type: 'progress', doing: 'again' }]), 10_000)
  })
})
