import type { HandlersOf } from '#contract/call.ts'
import type { valuationCalls } from '#contract/calls/valuations.ts'
import { refuseForeignDataOf } from '../datasets/allowed-data.ts'
import type { Rooms } from './rooms.ts'

export function valuationHandlers(rooms: Rooms): HandlersOf<typeof valuationCalls> {
  const { valuations } = rooms
  return {
    'valuations.list': async (id) => valuations.list(id),
    'valuations.start': async (id, request) => {
      refuseForeignDataOf(rooms, id)
      return await valuations.start(id, request)
    },
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
