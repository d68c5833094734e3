import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { Problem } from '#contract/problem.ts'
import { packageRoot } from '../package-root.ts'
import { sharedFileSystemOf } from './shared-file-systems.ts'

/** The open index over all runs of a data folder. */
export interface Store {
  readonly db: BetterSQLite3Database
  /** `wal`, or `delete` where WAL is unsafe. */
  readonly journal: string
  close(): void
}

const migrationsFolder = join(packageRoot, 'src-main', 'store', 'migrations')

/**
 * Opens `shapwright.db` of a data folder and brings it to the newest schema. A file that is no database any more is
 * replaced by an empty one: the index can always be made again.
 * @throws Problem `data-folder-unwritable`
 */
export async function openStore(dataDir: string): Promise<Store> {
  const path = join(dataDir, 'shapwright.db')
  const shared = await sharedFileSystemOf(dataDir)
  try {
    return open(path, shared === null)
  } catch (error) {
    if (!isDamage(error)) throw asProblem(error, path)
    await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(path + suffix, { force: true })))
    return open(path, shared === null)
  }
}

/** Enough for the rows and indexes of some 10,000 runs, so that queries stay in memory. */
const cacheKiB = 64 * 1024

function open(path: string, walIsSafe: boolean): Store {
  const sqlite = new Database(path, { timeout: 5000 })
  try {
    // SQLite answers with the mode that it really took; it refuses WAL where it cannot share memory.
    const journal = sqlite.pragma(`journal_mode = ${walIsSafe ? 'WAL' : 'DELETE'}`, {
      simple: true,
    }) as string
    sqlite.pragma('synchronous = NORMAL')
    sqlite.pragma('foreign_keys = ON')
    sqlite.pragma(`cache_size = -${cacheKiB}`)
    const db = drizzle(sqlite)
    migrate(db, { migrationsFolder })
    return { db, journal, close: () => sqlite.close() }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)
}

function asProblem(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  if (!/^SQLITE_(READONLY|CANTOPEN|FULL|IOERR)/.test(error.code)) return error
  return new Problem('data-folder-unwritable', path, error.message, { cause: error })
}
