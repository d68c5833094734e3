import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunComparison } from '#contract/calls/compare.ts'
import type { EventType } from '#contract/run/events.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from './connection.ts'

/** Events that change a digest; of the others a comparison shows nothing. */
const shownTypes = new Set<EventType>(['dataset', 'backbone', 'search-epoch', 'searched', 'model', 'resumed'])

/** Milliseconds between two askings for runs that go on. */
const renewMs = 1000

/**
 * The runs that stand side by side, as the back end folds them: all in one answer. When one of them goes on it is asked
 * for again, so that nothing can be missed.
 */
export const useCompareStore = defineStore('compare', () => {
  const connection = useConnection()
  const loaded = shallowRef<ReadonlyMap<string, RunComparison>>(new Map())
  const problems = shallowRef<ReadonlyMap<string, ProblemReport>>(new Map())
  let wanted = new Set<string>()
  let stale = new Set<string>()
  let asking = false
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Shows these runs; what is known of them already is kept, everything else is forgotten. */
  function open(ids: readonly string[]): void {
    wanted = new Set(ids)
    loaded.value = new Map([...loaded.value].filter(([id]) => wanted.has(id)))
    problems.value = new Map([...problems.value].filter(([id]) => wanted.has(id)))
    stale = new Set(ids.filter((id) => !loaded.value.has(id) && !problems.value.has(id)))
    void ask()
  }

  async function ask(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (asking || stale.size === 0) return
    const ids = [...stale]
    stale = new Set()
    asking = true
    try {
      show(await connection.call('runs.compare', ids))
    } catch (error) {
      const problem = describeFailure(error)
      show(ids.map((id) => ({ id, problem })))
    } finally {
      asking = false
      if (stale.size > 0) renew()
    }
  }

  function show(answers: readonly (RunComparison | { id: string; problem: ProblemReport })[]): void {
    const runs = new Map(loaded.value)
    const failed = new Map(problems.value)
    for (const answer of answers) {
      if (!wanted.has(answer.id)) continue
      runs.delete(answer.id)
      failed.delete(answer.id)
      if ('problem' in answer) failed.set(answer.id, answer.problem)
      else runs.set(answer.id, answer)
    }
    loaded.value = runs
    problems.value = failed
  }

  const isUnread = (id: string) => !loaded.value.has(id) && !problems.value.has(id)

  /** Runs that are not shown yet are asked for at once, others that have changed once a second. */
  function renew(): void {
    if ([...stale].some(isUnread)) void ask()
    else timer ??= setTimeout(ask, renewMs)
  }

  connection.subscribe((push) => {
    if (push.topic === 'runs.removed') {
      const gone = push.ids.filter((id) => wanted.has(id))
      gone.forEach((id) => stale.add(id))
      if (gone.length > 0) renew()
    }
    const id = push.topic === 'run.changed' ? push.summary.id : push.topic === 'run.events' ? push.id : ''
    if (!wanted.has(id)) return
    if (push.topic === 'run.events' && !push.events.some(({ type }) => shownTypes.has(type))) return
    stale.add(id)
    renew()
  })
  useConnectionStore().onReopened(() => {
    stale = new Set(wanted)
    void ask()
  })

  return { loaded, problems, open }
})
