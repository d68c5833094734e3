import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure } from '../backend/connection.ts'

/** The newest answer to a question that is asked again and again while somebody looks at the window. */
export function usePolled<T>(
  ask: () => Promise<T>,
  intervalMs: number,
): { answer: ShallowRef<T | null>; problem: ShallowRef<ProblemReport | null> } {
  const answer = shallowRef<T | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  let ended = false
  let timer: ReturnType<typeof setTimeout> | undefined
  async function look(): Promise<void> {
    try {
      if (!document.hidden) answer.value = await ask()
      problem.value = null
    } catch (error) {
      problem.value = describeFailure(error)
    }
    if (!ended) timer = setTimeout(() => void look(), intervalMs)
  }
  void look()
  onScopeDispose(() => {
    ended = true
    clearTimeout(timer)
  })
  return { answer, problem }
}
