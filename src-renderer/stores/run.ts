import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { RunDetails, RunSummary } from '#contract/calls/runs.ts'
import type { RunEvent } from '#contract/run/events.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { emptyRunState, foldEvents, type RunState } from '#contract/run/state.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from './connection.ts'
import { onceAFrame } from './once-a-frame.ts'

/** What a person can have done to a run without saying more. */
export type RunControl = 'runs.pause' | 'runs.cancel' | 'runs.resume' | 'runs.discard'

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
  const asking = ref<RunControl | 'runs.prioritise' | null>(null)
  /** What a run that is still being worked on will do at its next checkpoint. */
  const ending = ref<'runs.pause' | 'runs.cancel' | null>(null)
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
    ending.value = null
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
      meet(newest)
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

  /** Has something done to the run, and answers whether it was; what comes of it is the run's changed state. */
  async function ask(call: RunControl): Promise<boolean> {
    const wasDone = await attempt(call, (runId) => connection.call(call, runId))
    const stops = call === 'runs.pause' || call === 'runs.cancel'
    if (wasDone && stops && summary.value?.state === 'running') ending.value = call
    return wasDone
  }

  const prioritise = (priority: number): Promise<boolean> =>
    attempt('runs.prioritise', (runId) => connection.call('runs.prioritise', runId, priority))

  async function attempt(
    call: RunControl | 'runs.prioritise',
    action: (runId: string) => Promise<null>,
  ): Promise<boolean> {
    if (id.value === null) return false
    asking.value = call
    try {
      await action(id.value)
      problem.value = null
      return true
    } catch (error) {
      problem.value = describeFailure(error)
      return false
    } finally {
      asking.value = null
    }
  }

  function meet(newest: RunSummary): void {
    summary.value = newest
    if (newest.state !== 'running') ending.value = null
  }

  connection.subscribe((push) => {
    if (push.topic === 'run.changed' && push.summary.id === id.value) meet(push.summary)
    if (push.topic === 'run.events' && push.id === id.value) {
      waiting.push(...push.events)
      fold()
    }
  })
  useConnectionStore().onReopened(fetch)

  return { id, details, summary, state, problem, asking, ending, open, close, ask, prioritise }
})

/** Whether an event is missing between those already folded and these. */
function hasGap(lastSeq: number, events: readonly RunEvent[]): boolean {
  return events.some(({ seq }, i) => seq > (i === 0 ? lastSeq : Math.max(lastSeq, events[i - 1].seq)) + 1)
}
