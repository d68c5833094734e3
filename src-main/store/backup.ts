import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import type { Backup } from '#contract/calls/library.ts'
import { asDataFolderProblem, syncFolder } from '#worker/run-directory/atomic-file.ts'

/** So many are kept, the newest. */
const kept = 3
/** Pages between two turns of everyone else. */
const pagesAtOnce = 2000
const namePattern = /^shapwright-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(\d{3})\.db$/

export const backupsOf = (dataDir: string): string => join(dataDir, 'backups')

/**
 * Copies the open database into the folder of backups, whole or not at all, and removes the oldest ones.
 * @throws SqliteError, Problem `data-folder-unwritable`
 */
export async function backUp(sqlite: Database.Database, folder: string, at = Date.now()): Promise<Backup> {
  asDataFolderProblem(folder, () => mkdirSync(folder, { recursive: true }))
  const file = `shapwright-${timestamp(at)}.db`
  const unfinished = join(folder, `.unfinished-${file}`)
  try {
    await sqlite.backup(unfinished, { progress: () => pagesAtOnce })
    asDataFolderProblem(folder, () => {
      renameSync(unfinished, join(folder, file))
      syncFolder(folder)
    })
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
  const backups = listBackups(folder)
  // by a clock that was wrong older ones may lie in the future
  const others = backups.filter((backup) => backup.file !== file)
  for (const old of others.slice(kept - 1)) rmSync(join(folder, old.file))
  return backups.find((backup) => backup.file === file)!
}

/** The newest first. @throws Problem `data-folder-unwritable` where the folder cannot be read */
export function listBackups(folder: string): Backup[] {
  if (!existsSync(folder)) return []
  const names = asDataFolderProblem(folder, () => readdirSync(folder))
  return names
    .filter((name) => namePattern.test(name))
    .toSorted()
    .reverse()
    .map((file) => ({ file, bytes: statSync(join(folder, file)).size, at: timeOf(file) }))
}

/** `20260314-150926-535`, in UTC. */
function timestamp(at: number): string {
  const [date, time] = new Date(at).toISOString().slice(0, -1).split('T')
  return `${date.replaceAll('-', '')}-${time.replaceAll(':', '').replace('.', '-')}`
}

function timeOf(file: string): number {
  return Date.parse(file.replace(namePattern, '$1-$2-$3T$4:$5:$6.$7Z'))
}
