import { statSync } from 'node:fs'
import type { HandlersOf } from '#contract/call.ts'
import type { LibraryInfo, libraryCalls } from '#contract/calls/library.ts'
import { describeMachine } from '../devices/describe-machine.ts'
import { writeDiagnostics } from '../library/diagnostics.ts'
import { backupsOf, listBackups } from '../store/backup.ts'
import { storeFileOf } from '../store/open.ts'
import type { Rooms } from './rooms.ts'

export function libraryHandlers({ dataDir, store, devices }: Rooms): HandlersOf<typeof libraryCalls> {
  const describe = (): LibraryInfo => {
    const { journal, sharedFileSystem } = store
    const { size } = statSync(storeFileOf(dataDir))
    return { database: { bytes: size, journal, sharedFileSystem }, backups: listBackups(backupsOf(dataDir)) }
  }
  return {
    'library.info': async () => describe(),
    'library.backup': () => store.backUp(),
    'library.diagnostics': async () =>
      await writeDiagnostics({
        dataDir,
        devices: await devices.list(),
        machine: await describeMachine(dataDir),
        info: describe(),
      }),
  }
}
