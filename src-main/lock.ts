import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Problem } from '#contract/problem.ts'
import { identifyProcess, livenessOf, type ProcessIdentity } from '#worker/run-directory/process-identity.ts'

/** The right to write the index of a data folder. */
export interface DataFolderLock {
  release(): Promise<void>
}

const holderSchema = z.object({ pid: z.int(), startTime: z.string(), host: z.string() })

/** Attempts before giving up on a lock that others keep taking and leaving. */
const attempts = 20

/**
 * Takes the file `lock` of a data folder, which it makes if it must. A lock whose process has ended is taken over,
 * also when another process got its number since.
 * @throws Problem `data-folder-locked` that says who holds it, `data-folder-unwritable`
 */
export async function lockDataFolder(dataDir: string): Promise<DataFolderLock> {
  const path = join(dataDir, 'lock')
  const own = JSON.stringify(identifyProcess(process.pid))
  try {
    await mkdir(dataDir, { recursive: true })
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (await create(path, own)) return { release: () => release(path, own) }
      const held = await readIfThere(path)
      if (held === null) continue
      const holder = holderFrom(held)
      if (holder && livenessOf(holder) !== 'dead') throw heldBy(path, holder)
      await removeStale(path, held)
    }
  } catch (error) {
    throw asProblem(error, dataDir)
  }
  throw new Problem('data-folder-locked', path, 'other processes keep taking the lock')
}

/** Makes the lock with its content in one step; false when there is one. */
async function create(path: string, content: string): Promise<boolean> {
  const prepared = `${path}.${randomUUID()}`
  await writeFile(prepared, content, { flag: 'wx' })
  try {
    await link(prepared, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(prepared)
  }
}

/** Removes the lock that was found stale; one that another process has put in its place meanwhile is put back. */
async function removeStale(path: string, stale: string): Promise<void> {
  const moved = `${path}.${randomUUID()}`
  try {
    await rename(path, moved)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const content = await readFile(moved, 'utf8')
  if (content !== stale) await create(path, content)
  await unlink(moved)
}

async function release(path: string, own: string): Promise<void> {
  if ((await readIfThere(path)) === own) await unlink(path)
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The holder that a lock names; null for what is no lock of ours, which nobody can hold. */
function holderFrom(content: string): ProcessIdentity | null {
  try {
    return holderSchema.parse(JSON.parse(content))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

function heldBy(path: string, { pid, host }: ProcessIdentity): Problem {
  const elsewhere = 'whether it still runs cannot be seen from here; if it does not, delete the file'
  const detail = `process ${pid} on ${host} holds it`
  const unknown = livenessOf({ pid, host, startTime: '' }) === 'unknown'
  return new Problem('data-folder-locked', path, unknown ? `${detail}; ${elsewhere}` : detail)
}

function asProblem(error: unknown, dataDir: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const codes = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST']
  if (error instanceof Problem || code === undefined || !codes.includes(code)) return error
  return new Problem('data-folder-unwritable', dataDir, message, { cause: error })
}
