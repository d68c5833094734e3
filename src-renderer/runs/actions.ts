import { useToast } from '@nuxt/ui/composables/useToast'
import type { AnnotationChange } from '#contract/run/annotations.ts'
import type { BulkAnswer } from '#contract/calls/runs.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useRunsStore } from '../stores/runs.ts'
import { countRuns } from './words.ts'

type SingleCall = 'runs.pause' | 'runs.resume' | 'runs.cancel'

export interface RunActions {
  /** Each answers whether all of it was done; what went wrong has been said by then. */
  annotate(ids: readonly string[], change: AnnotationChange): Promise<boolean>
  trash(ids: readonly string[]): Promise<boolean>
  restore(ids: readonly string[]): Promise<boolean>
  erase(ids: readonly string[]): Promise<boolean>
  /** Asks the same of one run after the other. */
  ask(call: SingleCall, ids: readonly string[]): Promise<boolean>
}

/** What can be done to runs; `afterwards` is called when the list may be another. */
export function useRunActions(afterwards: () => void): RunActions {
  const connection = useConnection()
  const store = useRunsStore()
  const toast = useToast()

  /** Runs the call, and says of whatever was refused why it was. */
  async function attempt(refusal: string, work: () => Promise<BulkAnswer>): Promise<BulkAnswer> {
    const answer = await work().catch((error: unknown): BulkAnswer => ({
      done: [],
      refused: [{ id: '', problem: describeFailure(error) }],
    }))
    const [first] = answer.refused
    if (first) {
      toast.add({
        title: refusal,
        description: describe(first.problem, store.byId.get(first.id)?.name, answer.refused.length - 1),
        color: 'error',
        icon: 'i-lucide-circle-x',
        duration: 20_000,
      })
    }
    afterwards()
    return answer
  }
  const complete = ({ refused }: BulkAnswer) => refused.length === 0

  const restore = async (ids: readonly string[]) =>
    complete(await attempt('Not everything was restored', () => connection.call('runs.restore', [...ids])))

  return {
    annotate: async (ids, change) =>
      complete(
        await attempt('The change was not saved', () => connection.call('runs.annotate', [...ids], change)),
      ),
    async trash(ids) {
      const answer = await attempt('Not everything went to the trash', () =>
        connection.call('runs.trash', [...ids]),
      )
      const { done } = answer
      if (done.length > 0) {
        toast.add({
          title: `${countRuns(done.length)} moved to the trash`,
          color: 'neutral',
          icon: 'i-lucide-trash-2',
          duration: 10_000,
          actions: [
            { label: 'Undo', color: 'neutral', variant: 'outline', onClick: () => void restore(done) },
          ],
        })
      }
      return complete(answer)
    },
    restore,
    erase: async (ids) =>
      complete(await attempt('Not everything was deleted', () => connection.call('runs.erase', [...ids]))),
    ask: async (call, ids) =>
      complete(
        await attempt('Not every run does what was asked', async () => {
          const answer: BulkAnswer = { done: [], refused: [] }
          for (const id of ids) {
            await connection.call(call, id).then(
              () => answer.done.push(id),
              (error: unknown) => answer.refused.push({ id, problem: describeFailure(error) }),
            )
          }
          return answer
        }),
      ),
  }
}

function describe(
  { message, where, detail, hint }: ProblemReport,
  name: string | undefined,
  more: number,
): string {
  const others = more > 0 ? ` ${countRuns(more)} more were refused.` : ''
  return `${name ? `${name}: ` : ''}${message}: ${[where, detail].filter(Boolean).join(': ')}. ${hint}${others}`
}
