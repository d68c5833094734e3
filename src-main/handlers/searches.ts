import type { HandlersOf } from '#contract/call.ts'
import type { searchCalls } from '#contract/calls/searches.ts'
import type { Rooms } from './rooms.ts'

export function searchHandlers({ estimates }: Rooms): HandlersOf<typeof searchCalls> {
  return {
    'searches.estimate': (ticket, configs) => estimates.estimate(ticket, configs),
    'searches.stopEstimate': async (ticket) => {
      estimates.stop(ticket)
      return null
    },
  }
}
