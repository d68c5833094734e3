import { defineStore } from 'pinia'
import { ref, shallowReactive, shallowRef } from 'vue'
import type { RunPage, RunSummary } from '#contract/calls/runs.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { activeStates, everyRun, type RunQuery } from '#contract/run/query.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { atMostEvery } from './at-most-every.ts'
import { useConnectionStore } from './connection.ts'

/** Calls back with a run as it is now and as it was known before, if it was. */
type ChangeListener = (run: RunSummary, before: RunSummary | undefined) => void

/** At most this many runs answer a search by name. */
const mostFound = 20
const mostRead = 500

/**
 * What the window knows of the data folder's runs: how many there are, those that are worked on, and every run that
 * was shown so far, kept up to date by pushes. Lists ask for what they show by `query`.
 */
export const useRunsStore = defineStore('runs', () => {
  const connection = useConnection()
  /** Whatever has been loaded; not all there are. */
  const byId = shallowReactive(new Map<string, RunSummary>())
  const active = shallowRef<readonly RunSummary[]>([])
  const total = ref(0)
  const trashed = ref(0)
  const loaded = ref(false)
  const problem = shallowRef<ProblemReport | null>(null)
  const changed = new Set<ChangeListener>()
  const counted = new Set<() => void>()

  async function load(): Promise<void> {
    try {
      const overview = await connection.call('runs.overview')
      learn(overview.active)
      active.value = overview.active
      total.value = overview.total
      trashed.value = overview.trashed
      problem.value = null
      loaded.value = true
    } catch (error) {
      problem.value = describeFailure(error)
    }
  }

  function learn(runs: readonly RunSummary[]): void {
    for (const run of runs) byId.set(run.id, run)
  }

  async function query(question: RunQuery): Promise<RunPage> {
    const page = await connection.call('runs.query', question)
    learn(page.rows)
    return page
  }

  /** The newest runs that every word of the text fits. */
  async function find(text: string): Promise<RunSummary[]> {
    return (await query({ ...everyRun, text, offset: 0, limit: mostFound })).rows
  }

  /** Reads on, the newest first, until these runs are known; answers which of them there are. */
  async function meet(ids: readonly string[], inTrash: boolean): Promise<string[]> {
    for (let offset = 0; ids.some((id) => !byId.has(id)); offset += mostRead) {
      const { rows, total: all } = await query({ ...everyRun, trashed: inTrash, offset, limit: mostRead })
      if (offset + rows.length >= all) break
    }
    return ids.filter((id) => byId.has(id))
  }

  /** Calls back whenever a run changes, until the returned function is called. */
  function onChanged(listener: ChangeListener): () => void {
    changed.add(listener)
    return () => changed.delete(listener)
  }

  /** Calls back, at most once a second, when runs came, went, or may be counted elsewhere now. */
  function onCounted(listener: () => void): () => void {
    counted.add(listener)
    return () => counted.delete(listener)
  }

  const recount = atMostEvery(1000, () => {
    void load()
    for (const listener of counted) listener()
  })

  connection.subscribe((push) => {
    if (push.topic === 'run.changed') {
      const before = byId.get(push.summary.id)
      byId.set(push.summary.id, push.summary)
      active.value = withRun(active.value, push.summary)
      for (const listener of changed) listener(push.summary, before)
      if (!before || standing(before) !== standing(push.summary)) recount()
    }
    if (push.topic === 'runs.removed') {
      for (const id of push.ids) byId.delete(id)
      active.value = active.value.filter(({ id }) => !push.ids.includes(id))
      recount()
    }
  })
  useConnectionStore().onReopened(recount)

  return {
    byId,
    active,
    total,
    trashed,
    loaded,
    problem,
    load,
    query,
    find,
    meet,
    onChanged,
    onCounted,
    recount,
  }
})

/** The runs that are worked on, with this one among them where it belongs. */
export function withRun(active: readonly RunSummary[], run: RunSummary): readonly RunSummary[] {
  const at = active.findIndex(({ id }) => id === run.id)
  const isActive = !run.trashed && activeStates.some((state) => state === run.state)
  if (isActive) return at < 0 ? [run, ...active] : active.with(at, run)
  return at < 0 ? active : active.toSpliced(at, 1)
}

/** All of a run by which lists choose, order and count; not how far it is. */
function standing(run: RunSummary): string {
  const { name, state, dataset, strategy, study, tags, trashed, score, parameters, latencyMs } = run
  return JSON.stringify([name, state, dataset, strategy, study, tags, trashed, score, parameters, latencyMs])
}
