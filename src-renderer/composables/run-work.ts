import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { Push } from '#contract/calls.ts'
import type { VerbProgress } from '#contract/messages.ts'
import type { ProblemCode, ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from '../stores/connection.ts'
import { atMostEvery } from '../stores/at-most-every.ts'

interface Listed {
  running: VerbProgress | null
}

/** Pushes that tell how far work on a run is. */
type WorkTopic = Extract<Push, { id: string; running: VerbProgress | null }>['topic']

interface RunWorkOptions<L extends Listed> {
  run: () => string
  topic: WorkTopic
  read: (run: string) => Promise<L>
  /** What the work ends with when it is cancelled: nothing to show. */
  cancelled: ProblemCode
  /** While it goes on, the list is read again so often; only at its end when left out. */
  rereadMs?: number
}

export interface RunWork<L extends Listed> {
  /** What the run has of this kind; null until it was read. */
  list: ShallowRef<L | null>
  problem: ShallowRef<ProblemReport | null>
  /** Does something and reads the list again; what goes wrong is shown, and answers false. */
  attempt(action: () => Promise<unknown>): Promise<boolean>
}

/** One kind of work on a run and what came of it, followed while the calling component is there. */
export function useRunWork<L extends Listed>(options: RunWorkOptions<L>): RunWork<L> {
  const { run, topic, cancelled, rereadMs } = options
  const connection = useConnection()
  const list: ShallowRef<L | null> = shallowRef(null)
  const problem = shallowRef<ProblemReport | null>(null)

  const tell = (error: unknown) => {
    const failure = describeFailure(error)
    if (failure.code !== cancelled) problem.value = failure
  }
  async function read(): Promise<void> {
    const id = run()
    try {
      const found = await options.read(id)
      if (id === run()) list.value = found
    } catch (error) {
      if (id === run()) tell(error)
    }
  }
  const rereadNowAndThen = rereadMs === undefined ? null : atMostEvery(rereadMs, () => void read())

  const forget = connection.subscribe((push) => {
    if (push.topic !== topic || push.id !== run()) return
    if (push.running === null || !list.value) return void read()
    list.value = { ...list.value, running: push.running }
    rereadNowAndThen?.()
  })
  const forgetLine = useConnectionStore().onReopened(() => void read())
  onScopeDispose(() => (forget(), forgetLine()))
  watch(
    run,
    () => {
      list.value = null
      problem.value = null
      void read()
    },
    { immediate: true },
  )

  return {
    list,
    problem,
    async attempt(action) {
      problem.value = null
      try {
        await action()
        return true
      } catch (error) {
        tell(error)
        return false
      } finally {
        await read()
      }
    },
  }
}
