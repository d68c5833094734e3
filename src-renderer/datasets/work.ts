import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { VerbProgress } from '#contract/messages.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'

export interface GoingWork extends VerbProgress {
  /** What it is for, for people. */
  what: string
  startedAt: number
}

export interface DatasetWork {
  going: ShallowRef<GoingWork | null>
  problem: ShallowRef<ProblemReport | null>
  /** Answers null when it was stopped or failed; what failed it is the problem. */
  run<T>(what: string, ask: (work: string) => Promise<T | null>): Promise<T | null>
  stop(): void
}

/** Long work on datasets, one piece at a time; it is stopped when its page is left. */
export function useDatasetWork(): DatasetWork {
  const connection = useConnection()
  const going = shallowRef<GoingWork | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  let current = ''

  async function run<T>(what: string, ask: (work: string) => Promise<T | null>): Promise<T | null> {
    stop()
    const work = crypto.randomUUID()
    current = work
    problem.value = null
    going.value = { what, done: 0, doing: 'starting', startedAt: Date.now() }
    try {
      const answer = await ask(work)
      return current === work ? answer : null
    } catch (error) {
      if (current === work) problem.value = describeFailure(error)
      return null
    } finally {
      if (current === work) going.value = null
    }
  }

  function stop(): void {
    if (going.value === null) return
    const work = current
    current = ''
    going.value = null
    connection.call('datasets.stop', work).catch((error: unknown) => {
      problem.value = describeFailure(error)
    })
  }

  const unsubscribe = connection.subscribe((push) => {
    if (push.topic !== 'dataset.progress' || push.work !== current || !going.value) return
    going.value = { ...going.value, ...push.progress }
  })
  onScopeDispose(() => {
    stop()
    unsubscribe()
  })
  return { going, problem, run, stop }
}
