import type { HandlersOf } from '#contract/call.ts'
import type { deviceCalls } from '#contract/calls/devices.ts'
import { describeMachine } from '../devices/describe-machine.ts'
import type { Rooms } from './rooms.ts'

export function deviceHandlers({ dataDir, devices }: Rooms): HandlersOf<typeof deviceCalls> {
  return {
    'devices.list': ({ again }) => (again ? devices.listAgain() : devices.list()),
    'devices.machine': () => describeMachine(dataDir),
  }
}
