import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { everyRun, type RunQuery } from '#contract/run/query.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'

let workbench: Workbench | undefined

afterEach(async () => await workbench?.close())

interface Opened {
  handlers: Workbench['handlers']
  dataDir: string
  pushes: Push[]
  problems: ProblemReport[]
}

async function open(roots: string[] = []): Promise<Opened> {
  const dataDir = temporaryFolder()
  const [pushes, problems]: [Push[], ProblemReport[]] = [[], []]
  const report = (problem: ProblemReport) => void problems.push(problem)
  const spawnWorker = forkWorkers('/nowhere/worker.js')
  workbench = await createWorkbench({ dataDir, spawnWorker, report, roots, scanMs: 50 })
  workbench.subscribe((push) => pushes.push(push))
  return { handlers: workbench.handlers, dataDir, pushes, problems }
}

const query = (more: Partial<RunQuery> = {}): RunQuery => ({ ...everyRun, offset: 0, limit: 100, ...more })

describe('the library of a workbench', () => {
  it('imports what was chosen, finds it, notes on it, and lets it go', async () => {
    const elsewhere = temporaryFolder()
    const id = writeWholeRun(join(elsewhere, 'runs'), { name: 'copied' })
    const { handlers, dataDir, pushes, problems } = await open([elsewhere])
    const [{ grant }] = await handlers['files.roots']()
    expect((await handlers['runs.import'](grant)).imported).toEqual([{ id, from: id }])

    await handlers['runs.annotate']([id], { addTags: ['paper'], notes: 'from the cluster' })
    const found = await handlers['runs.query'](query({ text: 'cluster', tags: ['paper'] }))
    expect(found).toMatchObject({ total: 1, rows: [{ id, name: 'copied', notes: 'from the cluster' }] })
    expect(found.facets.tag).toEqual([{ value: 'paper', count: 1 }])

    await handlers['runs.trash']([id])
    expect(await handlers['runs.query'](query({}))).toMatchObject({ total: 0 })
    expect(await handlers['runs.query'](query({ trashed: true }))).toMatchObject({ total: 1 })
    expect(await handlers['runs.overview']()).toEqual({ total: 0, trashed: 1, active: [] })
    const { summary, events, directory, imported } = await handlers['runs.get'](id)
    expect(imported).toBe(true)
    expect(summary).toMatchObject({ id, trashed: true, tags: ['paper'] })
    expect(events.length).toBeGreaterThan(5)
    expect(directory).toBe(join(dataDir, 'trash', id))

    await handlers['runs.erase']([id])
    await expect(handlers['runs.get'](id)).rejects.toMatchObject({ code: 'run-not-found' })
    expect(pushes.filter(({ topic }) => topic === 'runs.removed')).toEqual([
      { topic: 'runs.removed', ids: [id] },
      { topic: 'runs.removed', ids: [id] },
    ])
    expect(problems).toEqual([])
  })

  it('imports nothing by a grant that it did not give', async () => {
    const { handlers } = await open()
    await expect(handlers['runs.import']('A'.repeat(22))).rejects.toMatchObject({ code: 'not-allowed' })
  })

  it('refuses to put a run into the trash that waits', async () => {
    const { handlers, dataDir } = await open()
    const { id } = createRun(join(dataDir, 'runs'), sampleConfig())
    const { done, refused } = await handlers['runs.trash']([id])
    expect({ done, code: refused[0].problem.code }).toEqual({ done: [], code: 'run-busy' })
  })

  it('says how the index stands, copies it, and collects diagnostics', async () => {
    const { handlers, dataDir } = await open()
    const backup = await handlers['library.backup']()
    expect(await handlers['library.info']()).toMatchObject({
      database: { journal: 'wal' },
      backups: [backup],
    })
    const { folder, file, bytes } = await handlers['library.diagnostics']()
    expect(readFileSync(join(folder, file))).toHaveLength(bytes)
    expect(folder).toBe(join(dataDir, 'diagnostics'))
  })

  it('writes reported problems down', async () => {
    const { dataDir, problems } = await open()
    mkdirSync(join(dataDir, 'runs', 'damaged'))
    await vi.waitFor(() => expect(problems).toHaveLength(1), 10_000)
    const [line] = readFileSync(join(dataDir, 'logs', 'problems.ndjson'), 'utf8').split('\n')
    expect(JSON.parse(line)).toEqual({ at: expect.any(Number), ...problems[0] })
  })
})
