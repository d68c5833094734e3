import type { HandlersOf } from '#contract/call.ts'
import type { whatIfCalls } from '#contract/calls/what-if.ts'
import type { Rooms } from './rooms.ts'

export function whatIfHandlers({ whatIf }: Rooms): HandlersOf<typeof whatIfCalls> {
  return {
    'whatIf.list': async (id) => whatIf.list(id),
    'whatIf.start': (id, request) => whatIf.start(id, request),
    'whatIf.cancel': async (id) => {
      whatIf.cancel(id)
      return null
    },
    'whatIf.remove': async (id, record) => {
      whatIf.remove(id, record)
      return null
    },
  }
}
