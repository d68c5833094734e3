import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { ProblemReport } from '#contract/problem.ts'
import { Scheduler, type EndOfRuns } from '#main/runs/scheduler.ts'
import type { SpawnWorker, WorkerExit } from '#main/workers/spawn-worker.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'

/** A scheduler of one slot over an empty folder of runs. */
function openScheduler(spawnWorker: SpawnWorker, devices = { for: async () => [] as never[] }) {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const problems: ProblemReport[] = []
  const scheduler = new Scheduler({
    dataDir,
    runsDir,
    slots: 1,
    spawnWorker,
    devices,
    stopDelays: { cancelMs: 60_000, terminateMs: 60_000 },
    onChange: () => undefined,
    onSettled: () => undefined,
    onQueue: () => undefined,
    report: (problem) => problems.push(problem),
  })
  return { scheduler, problems, statusOf: (id: string) => readStatus(join(runsDir, id)), runsDir }
}

/** A worker that ends when a test says so, and what it was told. */
function slowWorker() {
  const told: string[] = []
  const { promise, resolve } = Promise.withResolvers<WorkerExit>()
  const spawn: SpawnWorker = () => ({
    pid: 1,
    send: ({ type }) => void told.push(type),
    onMessage: () => undefined,
    onExit: (listener) => void promise.then(listener),
    kill: () => undefined,
    keep: async () => undefined,
  })
  return { spawn, told, end: () => resolve({ code: 0 }) }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 10))

it('a run whose worker cannot even be started has failed, and its slot is free for the next', async () => {
  let tries = 0
  const { scheduler, statusOf } = openScheduler(() => {
    tries++
    throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' })
  })
  const [first, second] = [scheduler.start(sampleConfig()), scheduler.start(sampleConfig())]
  await vi.waitFor(() => expect(statusOf(second).state).toBe('failed'))
  expect(statusOf(first)).toMatchObject({ state: 'failed', problem: { detail: 'spawn ENOMEM' } })
  expect(tries).toBe(2)
  expect(scheduler.queue).toMatchObject({ slots: [{ run: null }], waiting: [] })
  await scheduler.close('pause')
})

it('a worker is told once to stop, however often a person says so, and the last word counts', async () => {
  const worker = slowWorker()
  const { scheduler, statusOf } = openScheduler(worker.spawn)
  const id = scheduler.start(sampleConfig())
  await turn()
  scheduler.pause(id)
  scheduler.cancel(id)
  scheduler.pause(id)
  expect(worker.told).toEqual(['run', 'pause'])
  worker.end()
  await vi.waitFor(() => expect(statusOf(id).state).toBe('paused'))
  await scheduler.close('pause')
})

describe('a run that was cancelled', () => {
  it.each<EndOfRuns>(['pause', 'keep', 'cancel'])(
    'before its worker knew it is not begun by the next workbench, where this one closes (%s) meanwhile',
    async (how) => {
      const worker = slowWorker()
      const { scheduler, statusOf } = openScheduler(worker.spawn, { for: () => new Promise(() => undefined) })
      const id = scheduler.start(sampleConfig({ device: 'auto' }))
      scheduler.cancel(id)
      const closing = scheduler.close(how)
      worker.end()
      await closing
      expect(statusOf(id).state).toBe('cancelled')
    },
  )

  it('stays so where the workbench closes and pauses all others before it has stopped', async () => {
    const worker = slowWorker()
    const { scheduler, statusOf, runsDir } = openScheduler(worker.spawn)
    const id = scheduler.start(sampleConfig())
    await turn()
    scheduler.cancel(id)
    const closing = scheduler.close('pause')
    const writer = RunWriter.open(join(runsDir, id))
    writer.setStatus('cancelled')
    writer.close()
    worker.end()
    await closing
    expect(statusOf(id).state).toBe('cancelled')
  })

  it('is so though it was told to pause before, where the workbench cancels all', async () => {
    const worker = slowWorker()
    const { scheduler, statusOf } = openScheduler(worker.spawn)
    const id = scheduler.start(sampleConfig())
    await turn()
    scheduler.pause(id)
    const closing = scheduler.close('cancel')
    worker.end()
    await closing
    expect(statusOf(id).state).toBe('cancelled')
  })
})
