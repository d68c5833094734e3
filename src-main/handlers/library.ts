import type { HandlersOf } from '#contract/call.ts'
import type { libraryCalls } from '#contract/calls/library.ts'
import { describeMachine } from '../devices/describe-machine.ts'
import { describeLibrary } from '../library/describe-library.ts'
import { writeDiagnostics } from '../library/diagnostics.ts'
import type { Rooms } from './rooms.ts'

export function libraryHandlers({ dataDir, store, devices }: Rooms): HandlersOf<typeof libraryCalls> {
  return {
    'library.info': async () => describeLibrary(dataDir, store),
    'library.backup': () => store.backUp(),
    'library.diagnostics': async () =>
      await writeDiagnostics({
        dataDir,
        devices: await devices.list(),
        machine: await describeMachine(dataDir),
        info: describeLibrary(dataDir, store),
      }),
  }
}
