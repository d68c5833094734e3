import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Backup } from '#contract/calls/library.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'
import { packageRoot } from '../package-root.ts'
import { backupsOf, backUp, listBackups } from './backup.ts'
import { sharedFileSystemOf } from './shared-file-systems.ts'

/** The open index over all runs of a data folder. */
export interface Store {
  readonly db: BetterSQLite3Database
  /** `wal`, or `delete` where WAL is unsafe. */
  readonly journal: string
  /** The shared file system that the index lies on, where it does. */
  readonly sharedFileSystem: string | null
  /** Copies the index into the folder of backups. @throws Problem `data-folder-unwritable` */
  backUp(): Promise<Backup>
  close(): void
}

export const storeFileOf = (dataDir: string): string => join(dataDir, 'shapwright.db')

const migrationsFolder = join(packageRoot, 'src-main', 'store', 'migrations')

interface StoreOptions {
  /** Told of a backup that could not be made; the index opens all the same. Without this it does not open. */
  report: (problem: ProblemReport) => void
}

const strict: StoreOptions = {
  report: (problem) => {
    throw Problem.from(problem)
  },
}

/**
 * Opens `shapwright.db` of a data folder and brings it to the newest schema; before that, and once a day, it is copied to
 * `backups`. A file that is no database any more is replaced by an empty one: the index can always be made again.
 * @throws Problem `data-folder-unwritable`
 */
export async function openStore(dataDir: string, options = strict): Promise<Store> {
  const path = storeFileOf(dataDir)
  const shared = await sharedFileSystemOf(dataDir)
  try {
    return await open(path, shared, options)
  } catch (error) {
    if (!isDamage(error)) throw asProblem(error, path)
    await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(path + suffix, { force: true })))
    return await open(path, shared, options)
  }
}

/** Enough for the rows and indexes of some 10,000 runs, so that queries stay in memory. */
const cacheKiB = 64 * 1024

async function open(path: string, shared: string | null, { report }: StoreOptions): Promise<Store> {
  const sqlite = new Database(path, { timeout: 5000 })
  try {
    // SQLite answers with the mode that it really took; it refuses WAL where it cannot share memory.
    const journal = sqlite.pragma(`journal_mode = ${shared === null ? 'WAL' : 'DELETE'}`, {
      simple: true,
    }) as string
    sqlite.pragma('synchronous = NORMAL')
    sqlite.pragma('foreign_keys = ON')
    sqlite.pragma(`cache_size = -${cacheKiB}`)
    const folder = backupsOf(dirname(path))
    const copy = () => backUp(sqlite, folder).catch((error) => Promise.reject(asProblem(error, folder)))
    try {
      if (isBackupDue(sqlite, folder)) await copy()
    } catch (error) {
      if (isDamage(error)) throw error
      report(reportOf(error))
    }
    const db = drizzle(sqlite)
    migrate(db, { migrationsFolder })
    return { db, journal, sharedFileSystem: shared, backUp: copy, close: () => sqlite.close() }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

const dayMs = 24 * 3600 * 1000

/** Before the schema changes, and once a day by whatever clock. A new file has nothing to lose. */
function isBackupDue(sqlite: Database.Database, folder: string): boolean {
  const migrated = sqlite.prepare(`select 1 from sqlite_master where name = '__drizzle_migrations'`).get()
  if (!migrated) return false
  const { last } = sqlite.prepare('select max(created_at) as last from __drizzle_migrations').get() as {
    last: number
  }
  const newest = readMigrationFiles({ migrationsFolder }).at(-1)!.folderMillis
  return last < newest || Math.abs(Date.now() - (listBackups(folder)[0]?.at ?? 0)) > dayMs
}

function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)
}

function asProblem(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  if (!/^SQLITE_(READONLY|CANTOPEN|FULL|IOERR)/.test(error.code)) return error
  return new Problem('data-folder-unwritable', path, error.message, { cause: error })
}
