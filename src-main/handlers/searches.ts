import type { HandlersOf } from '#contract/call.ts'
import type { searchCalls } from '#contract/calls/searches.ts'
import { refuseForeignData } from '../datasets/allowed-data.ts'
import type { Rooms } from './rooms.ts'

export function searchHandlers(rooms: Rooms): HandlersOf<typeof searchCalls> {
  const { estimates } = rooms
  return {
    'searches.estimate': async (ticket, configs) => {
      refuseForeignData(rooms, configs)
      return await estimates.estimate(ticket, configs)
    },
    'searches.stopEstimate': async (ticket) => {
      estimates.stop(ticket)
      return null
    },
  }
}
