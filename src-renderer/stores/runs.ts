import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from './connection.ts'

/** All runs of the data folder, newest first, kept up to date by pushes. */
export const useRunsStore = defineStore('runs', () => {
  const connection = useConnection()
  const byId = shallowRef<ReadonlyMap<string, RunSummary>>(new Map())
  const loaded = ref(false)
  const problem = shallowRef<ProblemReport | null>(null)

  const runs = computed(() => [...byId.value.values()].sort((a, b) => b.createdAt - a.createdAt))
  const active = computed(() => runs.value.filter(({ state }) => state === 'running' || state === 'queued'))

  async function load(): Promise<void> {
    try {
      const summaries = await connection.call('runs.list')
      byId.value = new Map(summaries.map((summary) => [summary.id, summary]))
      problem.value = null
      loaded.value = true
    } catch (error) {
      problem.value = describeFailure(error)
    }
  }

  connection.subscribe((push) => {
    if (push.topic === 'run.changed') byId.value = new Map(byId.value).set(push.summary.id, push.summary)
  })
  useConnectionStore().onReopened(load)

  return { byId, runs, active, loaded, problem, load }
})
