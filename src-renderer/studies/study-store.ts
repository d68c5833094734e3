import { onScopeDispose, proxyRefs, ref, shallowRef, watch, type Ref, type ShallowUnwrapRef } from 'vue'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { ProblemReport } from '#contract/problem.ts'
import type { Study } from '#contract/config/study.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from '../stores/connection.ts'

export type OpenStudy = ShallowUnwrapRef<ReturnType<typeof openStudy>>

/** A study with its runs, kept up to date while the page is open. */
export function useStudy(id: Ref<string>): OpenStudy {
  return proxyRefs(openStudy(id))
}

function openStudy(id: Ref<string>) {
  const connection = useConnection()
  const study = shallowRef<Study | null>(null)
  const runs = shallowRef<ReadonlyMap<string, RunSummary>>(new Map())
  const problem = shallowRef<ProblemReport | null>(null)
  const busy = ref(false)

  async function load(): Promise<void> {
    const wanted = id.value
    try {
      const found = await connection.call('studies.get', wanted)
      if (wanted !== id.value) return
      study.value = found.study
      runs.value = new Map(found.runs.map((run) => [run.id, run]))
      problem.value = null
    } catch (error) {
      if (wanted === id.value) problem.value = describeFailure(error)
    }
  }

  watch(
    id,
    () => {
      study.value = null
      void load()
    },
    { immediate: true },
  )
  const unsubscribe = connection.subscribe((push) => {
    if (push.topic === 'run.changed' && push.summary.study === id.value)
      runs.value = new Map(runs.value).set(push.summary.id, push.summary)
    if (push.topic === 'study.changed' && push.study.id === id.value) void load()
    if (push.topic === 'runs.removed' && push.ids.some((each) => runs.value.has(each))) void load()
  })
  onScopeDispose(unsubscribe)
  onScopeDispose(useConnectionStore().onReopened(load))

  /** Does something with the back end; a refusal is told, and what was done is read again. */
  async function act(action: () => Promise<unknown>): Promise<void> {
    busy.value = true
    try {
      await action()
      problem.value = null
    } catch (error) {
      problem.value = describeFailure(error)
    } finally {
      busy.value = false
    }
  }

  const addSeeds = (seeds: number[]) => act(() => connection.call('studies.addSeeds', id.value, seeds))
  /** Takes every run of the study that waits out of the queue. */
  const cancelWaiting = () =>
    act(async () => {
      for (const run of runs.value.values())
        if (run.state === 'queued') await connection.call('runs.cancel', run.id)
    })

  return { study, runs, problem, busy, addSeeds, cancelWaiting }
}
