import { mkdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ensureBuilt } from '#main/build.ts'

const lock = join(tmpdir(), 'shapwright-e2e-build')
/** A build takes some ten seconds; a lock this old was left by a test run that was killed. */
const staleMs = 180_000

/**
 * Builds the renderer, or Electron's side too, where that is stale; test files that run side by side wait for one
 * another, and none builds again what another one is using.
 */
export async function buildWindow(what: 'renderer' | 'application' = 'renderer'): Promise<void> {
  while (!(await isTaken())) await wait(200)
  try {
    await ensureBuilt(what)
  } finally {
    await rm(lock, { recursive: true })
  }
}

async function isTaken(): Promise<boolean> {
  try {
    await mkdir(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const age = Date.now() - ((await stat(lock).catch(() => null))?.mtimeMs ?? Date.now())
    if (age > staleMs) await rm(lock, { recursive: true, force: true })
    return false
  }
}
