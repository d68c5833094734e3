import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunEvent } from '#contract/events.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { foldEvents } from '#contract/run-state.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import type { LoadedRun } from '../compare/compared-run.ts'
import { useConnectionStore } from './connection.ts'
import { onceAFrame } from './once-a-frame.ts'
import { hasGap } from './run.ts'

/** The runs that stand side by side; those that go on are followed. */
export const useCompareStore = defineStore('compare', () => {
  const connection = useConnection()
  const loaded = shallowRef<ReadonlyMap<string, LoadedRun>>(new Map())
  const problems = shallowRef<ReadonlyMap<string, ProblemReport>>(new Map())
  let wanted = new Set<string>()
  const fetching = new Set<string>()
  const waiting = new Map<string, RunEvent[]>()

  /** Twenty runs arrive one by one; the page is drawn for them once a frame. */
  const arrived = new Map<string, LoadedRun>()
  const show = onceAFrame(() => {
    loaded.value = new Map([...loaded.value, ...arrived].filter(isWanted))
    problems.value = new Map([...problems.value].filter(([id]) => wanted.has(id) && !arrived.has(id)))
    arrived.clear()
  })
  const isWanted = ([id]: readonly [string, unknown]) => wanted.has(id)

  const fold = onceAFrame(() => {
    for (const [id, events] of waiting) {
      const run = arrived.get(id) ?? loaded.value.get(id)
      if (fetching.has(id)) continue
      waiting.delete(id)
      if (!run) continue
      if (hasGap(run.state.lastSeq, events)) void fetch(id)
      else put(id, { ...run, state: foldEvents(events, run.state) })
    }
  })

  /** Shows these runs; what is known of them already is kept, everything else is forgotten. */
  function open(ids: readonly string[]): void {
    wanted = new Set(ids)
    loaded.value = new Map([...loaded.value].filter(isWanted))
    problems.value = new Map([...problems.value].filter(isWanted))
    for (const id of waiting.keys()) if (!wanted.has(id)) waiting.delete(id)
    for (const id of ids) if (!loaded.value.has(id)) void fetch(id)
  }

  async function fetch(id: string): Promise<void> {
    if (fetching.has(id)) return
    fetching.add(id)
    try {
      const { summary, config, events } = await connection.call('runs.get', id)
      put(id, { summary, config, state: foldEvents(events) })
    } catch (error) {
      if (wanted.has(id)) problems.value = new Map(problems.value).set(id, describeFailure(error))
    } finally {
      fetching.delete(id)
      fold()
    }
  }

  function put(id: string, run: LoadedRun): void {
    arrived.set(id, run)
    show()
  }

  connection.subscribe((push) => {
    if (push.topic === 'run.changed') {
      const run = arrived.get(push.summary.id) ?? loaded.value.get(push.summary.id)
      if (run) put(push.summary.id, { ...run, summary: push.summary })
    }
    if (push.topic === 'run.events' && wanted.has(push.id)) {
      waiting.set(push.id, [...(waiting.get(push.id) ?? []), ...push.events])
      fold()
    }
  })
  useConnectionStore().onReopened(() => wanted.forEach((id) => void fetch(id)))

  return { loaded, problems, open }
})
