import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { Problem } from '#contract/problem.ts'
import { whatIfRequest } from '#contract/what-if/record.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from '../../src-worker/run/run-to-end.ts'

const dataDir = join(folderForAll(), 'shapwright')
const pushes: Push[] = []
let workbench: Workbench
let id: string

beforeAll(async () => {
  const short = { epochs: 1, batchSize: 16 }
  const config = smallConfig(writeVectorTable(join(dataDir, 'tables')), {
    search: short,
    training: { ...short, repetitions: 1 },
  })
  id = (await runToEnd(dataDir, config)).split('/').at(-1)!
  workbench = await createWorkbench({
    dataDir,
    spawnWorker: forkWorkers(),
    report: (problem) => console.error(problem),
  })
  workbench.subscribe((push) => pushes.push(push))
}, 300_000)
afterAll(() => workbench?.close())

const start = (count: number, epochs = 1) => {
  const tuning = { epochs, repetitions: 1 }
  return workbench.handlers['whatIf.start'](
    id,
    whatIfRequest.parse({ choice: { kind: 'random', count }, tuning }),
  )
}
const list = () => workbench.handlers['whatIf.list'](id)

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('trying swaps of a run', () => {
  it('is done by a worker, told of on the way, listed and removed', { timeout: 60_000 }, async () => {
    expect(await list()).toEqual({ records: [], damaged: [], running: null })
    const record = await start(2)
    expect(record).toMatchObject({ run: id, wanted: 2 })
    expect(await list()).toEqual({ records: [record], damaged: [], running: null })
    const told = pushes.flatMap((push) =>
      push.topic === 'what-if.changed' ? [push.running?.doing ?? null] : [],
    )
    expect(told[0]).toBe('waiting for a free slot')
    expect(told).toContainEqual(expect.stringMatching(/^swap 2 of 2: cell \d/))
    expect(told.at(-1)).toBeNull()

    const before = pushes.length
    await workbench.handlers['whatIf.remove'](id, record.id)
    expect(pushes.slice(before)).toEqual([{ topic: 'what-if.changed', id, running: null }])
    expect((await list()).records).toEqual([])
    await expect(workbench.handlers['whatIf.remove'](id, record.id)).rejects.toMatchObject({
      code: 'file-not-found',
    })
  })

  it(
    'is one request at a time, keeps the run, and keeps what was measured when it is cancelled',
    { timeout: 60_000 },
    async () => {
      const going = start(400, 20)
      const ended = going.catch((error: Problem) => error.code)
      await until(async () => (await list()).records[0]?.tried.length > 0)
      await expect(start(1)).rejects.toMatchObject({ code: 'what-if-running' })
      const { id: unfinished } = (await list()).records[0]
      await expect(workbench.handlers['whatIf.remove'](id, unfinished)).rejects.toMatchObject({
        code: 'what-if-running',
      })
      const { refused: kept } = await workbench.handlers['runs.trash']([id])
      expect(kept[0].problem).toMatchObject({
        code: 'run-busy',
        detail: 'swaps of its architecture are being tried',
      })
      await workbench.handlers['whatIf.cancel'](id)
      expect(await ended).toBe('what-if-cancelled')
      const { records, running } = await list()
      expect(running).toBeNull()
      expect(records[0].tried.length).toBeGreaterThan(0)
      expect(records[0].tried.length).toBeLessThan(records[0].wanted)
    },
  )

  it('says of what is no run that it is none', async () => {
    await expect(workbench.handlers['whatIf.list']('20260101-000000-000-aaaaaa')).rejects.toMatchObject({
      code: 'run-not-found',
    })
  })
})
