import { statSync } from 'node:fs'
import type { LibraryInfo } from '#contract/calls/library.ts'
import { backupsOf, listBackups } from '../store/backup.ts'
import { storeFileOf, type Store } from '../store/open.ts'

/** What is known of the index and its backups. */
export function describeLibrary(dataDir: string, { journal, sharedFileSystem }: Store): LibraryInfo {
  const { size } = statSync(storeFileOf(dataDir))
  return { database: { bytes: size, journal, sharedFileSystem }, backups: listBackups(backupsOf(dataDir)) }
}
