import { expect, it } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import { stayAwake } from '#main/electron/stay-awake.ts'
import { FakeElectron } from './fake-electron.ts'

it('the machine stays awake from the first run that starts to the last that ends', () => {
  const electron = new FakeElectron()
  let tell: (push: Push) => void = () => undefined
  stayAwake(electron.parts.powerSaveBlocker, (listener) => (tell = listener))
  const change = (id: string, state: RunSummary['state']) =>
    tell({ topic: 'run.changed', summary: { id, state } as RunSummary })
  change('a', 'queued')
  expect(electron.told).toEqual([])
  change('a', 'running')
  change('b', 'running')
  change('a', 'done')
  expect(electron.told).toEqual(['awake prevent-app-suspension'])
  change('b', 'failed')
  expect(electron.told).toEqual(['awake prevent-app-suspension', 'asleep 1'])
  change('a', 'running')
  expect(electron.told.at(-1)).toBe('awake prevent-app-suspension')
})

it('the machine may sleep when the last run that was worked on has left the list', () => {
  const electron = new FakeElectron()
  let tell: (push: Push) => void = () => undefined
  stayAwake(electron.parts.powerSaveBlocker, (listener) => (tell = listener))
  tell({ topic: 'run.changed', summary: { id: 'a', state: 'running' } as RunSummary })
  tell({ topic: 'runs.removed', ids: ['a'] })
  expect(electron.told).toEqual(['awake prevent-app-suspension', 'asleep 1'])
})
