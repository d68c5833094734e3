import type { HandlersOf } from '#contract/call.ts'
import type { whatIfCalls } from '#contract/calls/what-if.ts'
import { refuseForeignDataOf } from '../datasets/allowed-data.ts'
import type { Rooms } from './rooms.ts'

export function whatIfHandlers(rooms: Rooms): HandlersOf<typeof whatIfCalls> {
  const { whatIf } = rooms
  return {
    'whatIf.list': async (id) => whatIf.list(id),
    'whatIf.start': async (id, request) => {
      refuseForeignDataOf(rooms, id)
      return await whatIf.start(id, request)
    },
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
