import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { RunPoints } from '#contract/run/query.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from '../stores/connection.ts'

/** Milliseconds between two askings while runs end one after the other. */
const renewMs = 3000

export interface PointsOfRuns {
  data: ShallowRef<RunPoints | null>
  problem: ShallowRef<ProblemReport | null>
  load(): Promise<void>
}

/** All finished runs, asked for again when one ends, is changed or is removed. */
export function useRunPoints(): PointsOfRuns {
  const connection = useConnection()
  const data = shallowRef<RunPoints | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    timer = undefined
    try {
      data.value = await connection.call('runs.points')
      problem.value = null
    } catch (error) {
      problem.value = describeFailure(error)
    }
  }

  const unsubscribe = connection.subscribe((push) => {
    const ended = push.topic === 'run.changed' && push.summary.state === 'done'
    if (ended || push.topic === 'runs.removed') timer ??= setTimeout(load, renewMs)
  })
  const stop = useConnectionStore().onReopened(load)
  onScopeDispose(() => {
    unsubscribe()
    stop()
    clearTimeout(timer)
  })
  void load()
  return { data, problem, load }
}
