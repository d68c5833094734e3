import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { asDataFolderProblem, syncFolder } from '../run-directory/atomic-file.ts'
import { unfinishedPrefix } from '../run-directory/layout.ts'
import { identifyProcess } from '../run-directory/process-identity.ts'
import { headerOf } from './cache.ts'

/** Where the payload of an entry lies. */
export interface CachedFile {
  readonly path: string
  /** Its first byte in the file. */
  readonly start: number
}

/** Writes bytes at a place of the payload; the places may come in any order. */
export type WriteAt = (bytes: Uint8Array, position: number) => void

/** Bytes that are read at once. */
const blockSize = 1 << 22

/**
 * The entry `name` of the cache folder, of `size` bytes, which need not fit into memory: built and stored when it is
 * missing or damaged. It is laid out as the entries of `cached`, and like them is there whole or not at all.
 * @throws Problem `data-folder-unwritable` when the disk is too small for it or refuses it; what `build` throws.
 */
export async function cachedFile(
  folder: string,
  name: string,
  size: number,
  build: (write: WriteAt) => Promise<void>,
): Promise<CachedFile> {
  const path = join(folder, name)
  const start = headerOf(''.padEnd(64, '0'), size).length
  if (isWhole(path, size)) return { path, start }
  asDataFolderProblem(folder, () => mkdirSync(folder, { recursive: true }))
  removeAbandoned(folder, name)
  requireSpace(folder, name, size)
  const unfinished = join(folder, `${unfinishedPrefix}${name}-${process.pid}-${randomUUID()}`)
  const file = asDataFolderProblem(path, () => openSync(unfinished, 'wx+'))
  try {
    await build((bytes, position) => asDataFolderProblem(path, () => writeAll(file, bytes, start + position)))
    asDataFolderProblem(path, () => {
      writeAll(file, Buffer.from(headerOf(digestOf(file, start, size), size)), 0)
      fsyncSync(file)
      renameSync(unfinished, path)
      syncFolder(folder)
    })
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  return { path, start }
}

/** An entry of this size whose payload is what its header says. */
function isWhole(path: string, size: number): boolean {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new Problem('file-unreadable', path, String(error), { cause: error })
  }
  try {
    const header = Buffer.alloc(headerOf(''.padEnd(64, '0'), size).length)
    const found =
      readSync(file, header, 0, header.length, 0) === header.length ? header.toString('latin1') : ''
    return found !== '' && found === headerOf(digestOf(file, header.length, size), size)
  } finally {
    closeSync(file)
  }
}

/** SHA-256 of a file from `start` to its end, empty unless there are `size` bytes. */
function digestOf(file: number, start: number, size: number): string {
  const hash = createHash('sha256')
  const block = Buffer.alloc(blockSize)
  let done = 0
  for (;;) {
    const read = readSync(file, block, 0, blockSize, start + done)
    if (read === 0) break
    hash.update(block.subarray(0, read))
    done += read
  }
  return done === size ? hash.digest('hex') : ''
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, bytes.length - done, position + done)
}

/** A killed process leaves its half entry; here they are large. */
function removeAbandoned(folder: string, name: string): void {
  const prefix = `${unfinishedPrefix}${name}-`
  for (const file of readdirSync(folder).filter((found) => found.startsWith(prefix)))
    if (!identifyProcess(Number.parseInt(file.slice(prefix.length))))
      rmSync(join(folder, file), { force: true })
}

function requireSpace(folder: string, name: string, size: number): void {
  const { bavail, bsize } = statfsSync(folder)
  if (size <= bavail * bsize) return
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
  throw new Problem(
    'data-folder-unwritable',
    join(folder, name),
    `it needs ${gigabytes(size)}, and ${gigabytes(bavail * bsize)} are free on this disk`,
  )
}
