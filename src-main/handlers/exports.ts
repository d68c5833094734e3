import type { HandlersOf } from '#contract/call.ts'
import type { exportCalls } from '#contract/calls/exports.ts'
import type { Rooms } from './rooms.ts'

export function exportHandlers({ exports }: Rooms): HandlersOf<typeof exportCalls> {
  return {
    'exports.list': async (id) => exports.list(id),
    'exports.create': (id, request) => exports.create(id, request),
    'exports.cancel': async (id) => {
      exports.cancel(id)
      return null
    },
    'exports.remove': async (id, name) => {
      exports.remove(id, name)
      return null
    },
    'exports.download': (id, name, path) => exports.download(id, name, path),
    'exports.show': async (id, name) => {
      exports.show(id, name)
      return null
    },
  }
}
