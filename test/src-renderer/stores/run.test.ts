import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from 'vue'
import type { Push } from '#contract/calls.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { foldEvents } from '#contract/run/state.ts'
import { fixtureConfig, runEvents } from '../../fixtures/run-events.ts'
import {
  connectionKey,
  type Connection,
  type ConnectionState,
} from '../../../src-renderer/backend/connection.ts'
import { useRunStore } from '../../../src-renderer/stores/run.ts'

const all = runEvents()

class FakeConnection {
  written: RunEvent[] = []
  gets = 0
  enter: (state: ConnectionState) => void = () => {}
  listeners: ((push: Push) => void)[] = []

  async call(name: string, id: string): Promise<never> {
    if (name !== 'runs.get') throw new Error(name)
    this.gets++
    const summary = { id, state: 'running' } as RunSummary
    return { summary, config: fixtureConfig, events: [...this.written], directory: '/data/runs/r1' } as never
  }

  subscribe(listener: (push: Push) => void) {
    this.listeners.push(listener)
    return () => {}
  }

  watchState(listener: (state: ConnectionState) => void) {
    this.enter = listener
    listener('open')
    return () => {}
  }

  /** What a worker does: first into the log, then to everyone who listens. */
  emit(events: RunEvent[], lost = false) {
    this.written.push(...events)
    if (!lost) for (const listener of this.listeners) listener({ topic: 'run.events', id: 'r1', events })
  }
}

let connection: FakeConnection
beforeEach(() => {
  vi.useFakeTimers()
  connection = new FakeConnection()
  const pinia = createPinia()
  createApp({})
    .provide(connectionKey, connection as unknown as Connection)
    .use(pinia)
  setActivePinia(pinia)
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the open run', () => {
  it('is the fold of its log, whatever came before, during and after it was fetched', async () => {
    const store = useRunStore()
    connection.emit(all.slice(0, 10))
    const opened = store.open('r1')
    connection.emit(all.slice(10, 20))
    await opened
    connection.emit(all.slice(20, 25))
    connection.emit(all.slice(25, 30))
    await vi.runAllTimersAsync()
    expect(store.state).toEqual(foldEvents(all.slice(0, 30)))
  })

  it('folds many pushes at once', async () => {
    const store = useRunStore()
    await store.open('r1')
    await vi.runAllTimersAsync()
    const states = new Set([store.state])
    for (const event of all.slice(0, 50)) {
      connection.emit([event])
      states.add(store.state)
    }
    await vi.runAllTimersAsync()
    states.add(store.state)
    expect(states.size).toBe(2)
  })

  it('fetches the run anew when a push was lost', async () => {
    const store = useRunStore()
    connection.emit(all.slice(0, 5))
    await store.open('r1')
    connection.emit(all.slice(5, 8), true)
    connection.emit(all.slice(8, 12))
    await vi.runAllTimersAsync()
    expect(connection.gets).toBe(2)
    expect(store.state).toEqual(foldEvents(all.slice(0, 12)))
  })

  it('fetches the run anew when a dropped line is open again', async () => {
    const store = useRunStore()
    await store.open('r1')
    connection.enter('lost')
    connection.emit(all.slice(0, 7), true)
    connection.enter('open')
    await vi.runAllTimersAsync()
    expect(store.state).toEqual(foldEvents(all.slice(0, 7)))
  })

  it('ignores the events of other runs', async () => {
    const store = useRunStore()
    await store.open('r2')
    const before = store.state
    connection.emit(all.slice(0, 7))
    await vi.runAllTimersAsync()
    expect(store.state).toBe(before)
  })
})
