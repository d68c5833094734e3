import { useConnection } from '../../backend/connection.ts'
import { useRunWork, type RunWork } from '../../composables/run-work.ts'
import type { WhatIfList } from '#contract/calls/what-if.ts'
import type { WhatIfRequest } from '#contract/what-if/record.ts'

export interface RunWhatIfs extends Pick<RunWork<WhatIfList>, 'list' | 'problem'> {
  start(request: WhatIfRequest): Promise<void>
  cancel(): Promise<void>
  remove(id: string): Promise<void>
}

/** What was tried with the architecture of a run, followed while the calling component is there. */
export function useWhatIfs(run: () => string): RunWhatIfs {
  const connection = useConnection()
  const { list, problem, attempt } = useRunWork({
    run,
    topic: 'what-if.changed',
    read: (id) => connection.call('whatIf.list', id),
    cancelled: 'what-if-cancelled',
    rereadMs: 1500,
  })
  return {
    list,
    problem,
    async start(request) {
      if (list.value) list.value = { ...list.value, running: { done: 0, doing: 'starting' } }
      await attempt(() => connection.call('whatIf.start', run(), request))
    },
    cancel: async () => void (await attempt(() => connection.call('whatIf.cancel', run()))),
    remove: async (id) => void (await attempt(() => connection.call('whatIf.remove', run(), id))),
  }
}
