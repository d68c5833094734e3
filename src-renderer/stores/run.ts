import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { RunDetails, RunSummary } from '#contract/calls/runs.ts'
import type { RunEvent } from '#contract/events.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { emptyRunState, foldEvents, type RunState } from '#contract/run-state.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from './connection.ts'
import { onceAFrame } from './once-a-frame.ts'

/**
 * The run that is open, as the fold of its events. Events are folded at most once a frame. When one is missing (a
 * push was lost) the run is fetched anew.
 */
export const useRunStore = defineStore('run', () => {
  const connection = useConnection()
  const id = ref<string | null>(null)
  const details = shallowRef<Omit<RunDetails, 'events' | 'summary'> | null>(null)
  const summary = shallowRef<RunSummary | null>(null)
  const state = shallowRef<RunState>(emptyRunState)
  const problem = shallowRef<ProblemReport | null>(null)
  /** The call that the user has made and that is not answered yet. */
  const asking = ref<'runs.cancel' | 'runs.resume' | null>(null)
  let waiting: RunEvent[] = []
  let fetching = false

  const fold = onceAFrame(() => {
    if (fetching || waiting.length === 0) return
    const events = waiting
    waiting = []
    if (hasGap(state.value.lastSeq, events)) void fetch()
    else state.value = foldEvents(events, state.value)
  })

  async function open(runId: string): Promise<void> {
    if (id.value === runId) return
    close()
    id.value = runId
    await fetch()
  }

  function close(): void {
    id.value = null
    details.value = null
    summary.value = null
    state.value = emptyRunState
    problem.value = null
    waiting = []
  }

  async function fetch(): Promise<void> {
    const runId = id.value
    if (runId === null || fetching) return
    fetching = true
    try {
      const { events, summary: newest, ...rest } = await connection.call('runs.get', runId)
      if (id.value !== runId) return
      details.value = rest
      summary.value = newest
      state.value = foldEvents(events)
      problem.value = null
    } catch (error) {
      if (id.value === runId) problem.value = describeFailure(error)
    } finally {
      fetching = false
      if (id.value !== null && id.value !== runId) void fetch()
      else fold()
    }
  }

  /** Cancels or resumes the run; the answer to it is the run's changed state. */
  async function ask(call: 'runs.cancel' | 'runs.resume'): Promise<void> {
    if (id.value === null) return
    asking.value = call
    try {
      await connection.call(call, id.value)
      problem.value = null
    } catch (error) {
      problem.value = describeFailure(error)
    } finally {
      asking.value = null
    }
  }

  connection.subscribe((push) => {
    if (push.topic === 'run.changed' && push.summary.id === id.value) summary.value = push.summary
    if (push.topic === 'run.events' && push.id === id.value) {
      waiting.push(...push.events)
      fold()
    }
  })
  useConnectionStore().onReopened(fetch)

  return { id, details, summary, state, problem, asking, open, close, ask }
})

/** Whether an event is missing between those already folded and these. */
export function hasGap(lastSeq: number, events: readonly RunEvent[]): boolean {
  return events.some(({ seq }, i) => seq > (i === 0 ? lastSeq : Math.max(lastSeq, events[i - 1].seq)) + 1)
}
