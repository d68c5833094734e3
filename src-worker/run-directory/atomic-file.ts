import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { unfinishedPrefix } from './layout.ts'

/**
 * Replaces a file so that at any moment, power loss included, its old or its new content stands there: written beside
 * it, fsynced, renamed, and the folder fsynced. Throws `data-folder-unwritable`; then the old content stays.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const folder = dirname(path)
  const unfinished = join(folder, `${unfinishedPrefix}${basename(path)}-${randomUUID()}`)
  asDataFolderProblem(path, () => {
    try {
      writeDurably(unfinished, content)
      renameSync(unfinished, path)
    } catch (error) {
      rmSync(unfinished, { force: true })
      throw error
    }
    syncFolder(folder)
  })
}

/** Writes a new file and waits until it is on the disk. */
export function writeDurably(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'wx')
  try {
    writeFully(file, typeof content === 'string' ? Buffer.from(content) : content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Writes all bytes; one call may write fewer than asked. */
export function writeFully(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
}

/** Makes created, renamed and removed names durable. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const unwritable = new Set([
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EACCES',
  'EPERM',
  'EROFS',
  'EIO',
  'ENOENT',
  'ENOTDIR',
  'EEXIST',
  'ENAMETOOLONG',
])

/** Runs `write`; what the file system refuses becomes `data-folder-unwritable`, naming `where`. */
export function asDataFolderProblem<T>(where: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || !unwritable.has(code)) throw error
    throw new Problem('data-folder-unwritable', where, message, { cause: error })
  }
}
