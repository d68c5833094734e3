import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { ProblemReport } from '#contract/problem.ts'
import { Scheduler } from '#main/runs/scheduler.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'

it('a run whose worker cannot even be started has failed, and its slot is free for the next', async () => {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const problems: ProblemReport[] = []
  let tries = 0
  const scheduler = new Scheduler({
    dataDir,
    runsDir,
    slots: 1,
    spawnWorker: () => {
      tries++
      throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' })
    },
    devices: { for: async () => [] },
    stopDelays: { cancelMs: 10, terminateMs: 10 },
    onChange: () => undefined,
    onSettled: () => undefined,
    onQueue: () => undefined,
    report: (problem) => problems.push(problem),
  })
  const [first, second] = [scheduler.start(sampleConfig()), scheduler.start(sampleConfig())]
  await vi.waitFor(() => expect(readStatus(join(runsDir, second)).state).toBe('failed'))
  expect(readStatus(join(runsDir, first))).toMatchObject({
    state: 'failed',
    problem: { detail: expect.stringContaining('spawn ENOMEM') },
  })
  expect(tries).toBe(2)
  expect(scheduler.queue).toMatchObject({ slots: [{ run: null }], waiting: [] })
  await scheduler.close('pause')
})
