import { onScopeDispose, proxyRefs, ref, shallowRef, type ShallowUnwrapRef } from 'vue'
import type { Estimates } from '#contract/calls/searches.ts'
import type { RunConfig } from '#contract/config.ts'
import { costKey } from '#contract/estimate.ts'
import type { VerbProgress } from '#contract/messages.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../../backend/connection.ts'

export type Estimation = ShallowUnwrapRef<ReturnType<typeof createEstimation>>

/** Measuring what searches will take; stopped when its owner goes away. */
export function useEstimation(): Estimation {
  return proxyRefs(createEstimation())
}

function createEstimation() {
  const connection = useConnection()
  const answer = shallowRef<Estimates | null>(null)
  /** The configurations that the answer is about, by what decides their cost. */
  const answered = ref('')
  const progress = shallowRef<VerbProgress | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  let ticket = ''
  /** What is being measured. */
  let asked = ''

  const keyOf = (configs: readonly RunConfig[]) => configs.map(costKey).join('\n')

  async function measure(configs: readonly RunConfig[]): Promise<void> {
    stop()
    const own = crypto.randomUUID()
    ticket = own
    asked = keyOf(configs)
    problem.value = null
    progress.value = { done: 0, doing: 'starting' }
    try {
      const found = await connection.call('searches.estimate', own, [...configs])
      if (ticket !== own || found === null) return
      answer.value = found
      answered.value = keyOf(configs)
    } catch (error) {
      if (ticket === own) problem.value = describeFailure(error)
    } finally {
      if (ticket === own) {
        ticket = ''
        asked = ''
        progress.value = null
      }
    }
  }

  function stop(): void {
    if (ticket === '') return
    const left = ticket
    ticket = ''
    asked = ''
    progress.value = null
    // What was left is no longer waited for; that it goes on for a while is of no concern to the page.
    connection.call('searches.stopEstimate', left).catch(() => undefined)
  }

  const unsubscribe = connection.subscribe((push) => {
    if (push.topic === 'estimate.progress' && push.ticket === ticket) progress.value = push.progress
  })
  onScopeDispose(() => {
    unsubscribe()
    stop()
  })

  /** Whether the answer is about these configurations. */
  const isFor = (configs: readonly RunConfig[]) => answer.value !== null && answered.value === keyOf(configs)

  const isMeasuring = (configs: readonly RunConfig[]) => ticket !== '' && asked === keyOf(configs)

  return { answer, progress, problem, measure, stop, isFor, isMeasuring }
}
