import type { HandlersOf } from '#contract/call.ts'
import type { valuationCalls } from '#contract/calls/valuations.ts'
import type { Rooms } from './rooms.ts'

export function valuationHandlers({ valuations }: Rooms): HandlersOf<typeof valuationCalls> {
  return {
    'valuations.list': async (id) => valuations.list(id),
    'valuations.start': (id, request) => valuations.start(id, request),
    'valuations.cancel': async (id) => {
      valuations.cancel(id)
      return null
    },
    'valuations.remove': async (id, revaluation) => {
      valuations.remove(id, revaluation)
      return null
    },
  }
}
