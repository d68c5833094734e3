import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { ownRequest } from '#contract/shapley/valuation.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'

const fakeWorker = fileURLToPath(new URL('../fake-worker.ts', import.meta.url))
const request = ownRequest(sampleConfig())
let workbench: Workbench

afterEach(() => workbench.close())

/** A workbench of one slot with a finished run, and a search that goes on until it is cancelled. */
async function openBusy(): Promise<{ finished: string; search: string }> {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const finished = writeWholeRun(runsDir)
  workbench = await createWorkbench({
    dataDir,
    spawnWorker: forkWorkers(fakeWorker),
    report: (problem) => console.error(problem),
    stopDelays: { cancelMs: 400, terminateMs: 200 },
    scanMs: 50,
  })
  const search = await workbench.handlers['runs.start'](sampleConfig({ name: 'waits' }))
  return { finished, search }
}

/** What a promise is rejected with; null when it is not. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error) => error,
  )

const runningOf = async (id: string) => (await workbench.handlers['valuations.list'](id)).running

it('waits while searches have every slot, keeps its run out of the trash, and begins when one has ended', async () => {
  const { finished, search } = await openBusy()
  const failure = failureOf(workbench.handlers['valuations.start'](finished, request))
  await expect.poll(() => runningOf(finished)).toEqual({ done: 0, doing: 'waiting for a free slot' })
  const { refused } = await workbench.handlers['runs.trash']([finished])
  expect(refused).toMatchObject([{ problem: { code: 'run-busy', detail: 'its supernet is being valued' } }])
  expect(await runningOf(finished)).not.toBeNull()
  await workbench.handlers['runs.cancel'](search)
  // the made-up worker refuses all work, which tells that it was asked
  expect(await failure).toMatchObject({ code: 'device-unavailable' })
  expect(await runningOf(finished)).toBeNull()
})

it('can be given up while it waits', async () => {
  const { finished } = await openBusy()
  const failure = failureOf(workbench.handlers['valuations.start'](finished, request))
  await expect.poll(() => runningOf(finished)).not.toBeNull()
  await workbench.handlers['valuations.cancel'](finished)
  expect(await failure).toMatchObject({ code: 'revaluation-cancelled' })
})
