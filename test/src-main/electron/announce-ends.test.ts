import { expect, it, vi } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import { announceEnds } from '#main/electron/announce-ends.ts'
import { FakeElectron } from './fake-electron.ts'

it('the system tells once of each run that ended while it was worked on, and of no other', async () => {
  const electron = new FakeElectron()
  let wanted = true
  let tell: (push: Push) => void = () => undefined
  announceEnds({
    Notification: electron.parts.Notification,
    subscribe: (listener) => (tell = listener),
    isWanted: async () => wanted,
    onClick: () => undefined,
  })
  const change = (id: string, state: RunSummary['state'], score: RunSummary['score'] = null) =>
    tell({ topic: 'run.changed', summary: { id, name: '', state, score } as RunSummary })
  change('old', 'done')
  change('a', 'running')
  change('a', 'done', { mean: 0.728, deviation: 0.004, repetitions: 3 })
  change('a', 'done')
  change('b', 'running')
  change('b', 'cancelled')
  change('c', 'running')
  change('c', 'failed')
  await vi.waitFor(
    () =>
      expect(electron.told).toEqual([
        'notify a is done: Test score 0.728 ± 0.004 (n = 3)',
        'notify c failed: ',
      ]),
    10_000,
  )
  wanted = false
  change('d', 'running')
  change('d', 'done')
  await Promise.resolve()
  expect(electron.told).toHaveLength(2)
})
