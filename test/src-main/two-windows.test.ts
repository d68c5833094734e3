import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import type { Push } from '#contract/calls.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { memory, temporaryFolder } from '../fixtures/temporary-folder.ts'
import { sampleConfig } from './sample-runs.ts'

const fakeWorker = fileURLToPath(new URL('./fake-worker.ts', import.meta.url))
let workbench: Workbench
afterEach(() => workbench.close())

const deeds = {
  resume: (id: string) => workbench.handlers['runs.resume'](id),
  pause: (id: string) => workbench.handlers['runs.pause'](id),
  cancel: (id: string) => workbench.handlers['runs.cancel'](id),
  prioritise: (id: string) => workbench.handlers['runs.prioritise'](id, 3),
  annotate: (id: string) => workbench.handlers['runs.annotate']([id], { addTags: ['x'] }),
  trash: (id: string) => workbench.handlers['runs.trash']([id]),
  restore: (id: string) => workbench.handlers['runs.restore']([id]),
  get: (id: string) => workbench.handlers['runs.get'](id),
}

it('two windows that act on the same run at once leave it whole, in one place and one state', async () => {
  const dataDir = temporaryFolder(memory)
  const problems: unknown[] = []
  const told: string[] = []
  workbench = await createWorkbench({
    dataDir,
    spawnWorker: forkWorkers(fakeWorker),
    report: (problem) => problems.push(problem),
    stopDelays: { cancelMs: 400, terminateMs: 200 },
    scanMs: 20,
  })
  const seen: number[] = []
  const heard = (push: Push) => {
    if (push.topic === 'run.events') seen.push(...push.events.map(({ seq }) => seq))
    if (push.topic === 'run.changed') told.push(push.summary.state)
  }
  workbench.subscribe(heard)
  const { handlers } = workbench
  const id = await handlers['runs.start'](sampleConfig({ name: 'waits' }))
  const names = Object.keys(deeds) as (keyof typeof deeds)[]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 6 }), async (done) => {
      const ends = await Promise.allSettled(done.map((name) => deeds[name](id)))
      for (const end of ends)
        expect(end.status === 'rejected' ? end.reason : null).not.toBeInstanceOf(TypeError)
      const places = ['runs', 'trash'].filter((folder) => existsSync(join(dataDir, folder, id)))
      expect(places).toHaveLength(1)
      const { summary } = await handlers['runs.get'](id)
      expect(summary.trashed).toBe(places[0] === 'trash')
      const { slots, waiting } = await handlers['queue.get']()
      const cared = waiting.includes(id) || slots.some(({ run }) => run === id)
      expect(cared && summary.trashed).toBe(false)
    }),
    { numRuns: 15, seed: 11 },
  )
  await handlers['runs.restore']([id])
  await handlers['runs.cancel'](id)
  await vi.waitFor(async () => {
    expect((await handlers['queue.get']()).slots.map(({ run }) => run)).toEqual([null])
    expect(['paused', 'cancelled']).toContain((await handlers['runs.get'](id)).summary.state)
  }, 10_000)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(new Set(seen).size).toBe(seen.length)
  expect(problems).toEqual([])
  expect(readdirSync(join(dataDir, 'runs', id)).filter((name) => name.startsWith('.unfinished'))).toEqual([])
}, 60_000)
