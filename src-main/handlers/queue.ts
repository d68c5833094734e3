import type { HandlersOf } from '#contract/call.ts'
import type { queueCalls } from '#contract/calls/queue.ts'
import type { Rooms } from './rooms.ts'

export function queueHandlers({ scheduler }: Rooms): HandlersOf<typeof queueCalls> {
  return {
    'queue.get': async () => scheduler.queue,
  }
}
