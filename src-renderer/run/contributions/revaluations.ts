import { computed, ref, type Ref, type ShallowRef } from 'vue'
import type { RevaluationList } from '#contract/calls/valuations.ts'
import type { VerbProgress } from '#contract/messages.ts'
import type { ProblemReport } from '#contract/problem.ts'
import type { Revaluation, RevaluationRequest } from '#contract/shapley/valuation.ts'
import { useConnection } from '../../backend/connection.ts'
import { useRunWork } from '../../composables/run-work.ts'

export interface RunRevaluations {
  /** The newest first; null until they were read. */
  all: Readonly<Ref<readonly Revaluation[] | null>>
  /** Of those that cannot be read, what is wrong. */
  damaged: Readonly<Ref<readonly ProblemReport[]>>
  running: Readonly<Ref<VerbProgress | null>>
  problem: ShallowRef<ProblemReport | null>
  /** Answers the id of what was found; null when it was cancelled or failed. */
  start(request: RevaluationRequest): Promise<string | null>
  cancel(): Promise<unknown>
  remove(id: string): Promise<unknown>
}

/** The re-valuations of a run, followed while the calling component is there. */
export function useRevaluations(run: () => string): RunRevaluations {
  const connection = useConnection()
  const { list, problem, attempt } = useRunWork<RevaluationList>({
    run,
    topic: 'valuation.changed',
    read: (id) => connection.call('valuations.list', id),
    cancelled: 'revaluation-cancelled',
  })
  /** Asked for, and not known to the back end yet. */
  const starting = ref(false)
  return {
    all: computed(() => list.value?.revaluations ?? null),
    damaged: computed(() => list.value?.damaged ?? []),
    running: computed(() => list.value?.running ?? (starting.value ? { done: 0, doing: 'starting' } : null)),
    problem,
    async start(request) {
      let made: string | null = null
      starting.value = true
      await attempt(async () => (made = (await connection.call('valuations.start', run(), request)).id))
      starting.value = false
      return made
    },
    cancel: () => attempt(() => connection.call('valuations.cancel', run())),
    remove: (id) => attempt(() => connection.call('valuations.remove', run(), id)),
  }
}
