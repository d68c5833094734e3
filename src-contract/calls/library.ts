import { z } from 'zod'
import { call } from '../call.ts'

/** A copy of the index in the folder `backups` of the data folder. */
export interface Backup {
  file: string
  bytes: number
  at: number
}

export interface LibraryInfo {
  /** The index over all runs. */
  database: {
    bytes: number
    /** `wal`, or `delete` on file systems where WAL is unsafe. */
    journal: string
    /** The name of a file system that other machines may share, where the data folder lies on one. */
    sharedFileSystem: string | null
  }
  /** The newest first. */
  backups: Backup[]
}

/** A zip in the folder `diagnostics` of the data folder. */
export interface DiagnosticsFile {
  file: string
  folder: string
  bytes: number
}

export const libraryCalls = {
  'library.info': call(z.tuple([])).returns<LibraryInfo>(),
  /** Copies the index now; the last three copies are kept. */
  'library.backup': call(z.tuple([])).returns<Backup>(),
  /** Versions, settings, devices, logs and recent problems in one file; no data, no weights, no path of the home folder. */
  'library.diagnostics': call(z.tuple([])).returns<DiagnosticsFile>(),
}
