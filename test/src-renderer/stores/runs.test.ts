import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from 'vue'
import type { Push } from '#contract/calls.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import { connectionKey, type Connection } from '../../../src-renderer/backend/connection.ts'
import { useRunsStore, withRun } from '../../../src-renderer/stores/runs.ts'
import { madeUpRun } from '../runs/made-up-run.ts'

/** The store over a back end that holds these runs. */
function storeOver(runs: RunSummary[]) {
  const asked: string[] = []
  let tell: (push: Push) => void = () => {}
  const answers: Record<string, (argument: { offset: number; limit: number }) => unknown> = {
    'runs.overview': () => ({
      total: runs.length,
      trashed: 2,
      active: runs.filter(({ state }) => state === 'running'),
    }),
    'runs.query': ({ offset, limit }) => ({
      rows: runs.slice(offset, offset + limit),
      total: runs.length,
      facets: {},
    }),
  }
  const connection = {
    async call(name: string, argument: { offset: number; limit: number }) {
      asked.push(name)
      return answers[name](argument)
    },
    subscribe: (listener: typeof tell) => ((tell = listener), () => {}),
    watchState: () => () => {},
  } as unknown as Connection
  const app = createApp({}).use(createPinia()).provide(connectionKey, connection)
  const store = app.runWithContext(() => {
    setActivePinia(app.config.globalProperties.$pinia)
    return useRunsStore()
  })
  return { store, asked, tell: (push: Push) => tell(push) }
}

describe('what the window knows of the runs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('follows a run that goes on without counting anew', async () => {
    const run = madeUpRun('r1', { state: 'running', done: 0.1 })
    const { store, asked, tell } = storeOver([run, madeUpRun('r2')])
    await store.load()
    expect([store.total, store.trashed, store.active.length]).toEqual([2, 2, 1])
    for (const done of [0.2, 0.3, 0.4]) tell({ topic: 'run.changed', summary: { ...run, done } })
    await vi.advanceTimersByTimeAsync(5000)
    expect(asked).toEqual(['runs.overview'])
    expect(store.byId.get('r1')?.done).toBe(0.4)
    expect(store.active[0].done).toBe(0.4)
  })

  it('counts at most once a second however many runs change', async () => {
    const { store, asked, tell } = storeOver([])
    const counted = vi.fn()
    store.onCounted(counted)
    for (let i = 0; i < 50; i++) tell({ topic: 'run.changed', summary: madeUpRun(`r${i}`) })
    await vi.advanceTimersByTimeAsync(900)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(5000)
    expect(asked).toHaveLength(2)
    expect(counted).toHaveBeenCalledTimes(2)
  })

  it('tells what a run was before it changed', async () => {
    const run = madeUpRun('r1', { state: 'running' })
    const { store, tell } = storeOver([run])
    await store.load()
    const heard: (string | undefined)[] = []
    store.onChanged((now, before) => heard.push(before?.state, now.state))
    tell({ topic: 'run.changed', summary: { ...run, state: 'done' } })
    expect(heard).toEqual(['running', 'done'])
    expect(store.active).toEqual([])
  })

  it('forgets runs that were removed', async () => {
    const { store, tell } = storeOver([madeUpRun('r1', { state: 'running' })])
    await store.load()
    tell({ topic: 'runs.removed', ids: ['r1'] })
    expect(store.byId.has('r1')).toBe(false)
    expect(store.active).toEqual([])
  })

  it('reads on until the runs of an address are known, and says which there are', async () => {
    const runs = Array.from({ length: 1300 }, (_, i) => madeUpRun(`r${i}`))
    const { store, asked } = storeOver(runs)
    expect(await store.meet(['r3', 'r700'], false)).toEqual(['r3', 'r700'])
    expect(asked).toHaveLength(2)
    expect(await store.meet(['gone', 'r1299'], false)).toEqual(['r1299'])
  })

  it('has a waiting run among those worked on, and not one in the trash', () => {
    const queued = madeUpRun('r1', { state: 'queued' })
    expect(withRun([], queued)).toEqual([queued])
    expect(withRun([queued], { ...queued, trashed: true })).toEqual([])
    expect(withRun([queued], madeUpRun('r2'))).toEqual([queued])
  })
})
