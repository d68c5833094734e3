import { createHash, randomUUID } from 'node:crypto'
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { identifyProcess, livenessOf, type ProcessIdentity } from './process-identity.ts'
import { readIfThere } from './read-if-there.ts'

/** Who has the file instead; null when so many processes take it and leave it that none could be told. */
export class Taken extends Error {
  readonly holder: ProcessIdentity | null

  constructor(path: string, holder: ProcessIdentity | null) {
    super(`${path} is taken by process ${holder?.pid}`)
    this.holder = holder
  }
}

const holderSchema = z.object({ pid: z.int(), startTime: z.string(), host: z.string() })

/** Attempts before giving up on a file that others keep taking and leaving. */
const attempts = 20

/**
 * Takes a file that at most one process has at a time, whose content names that process; answers what gives it back. A
 * file whose process has ended is taken over, also when another process got its number since.
 *
 * The right to take over a dead holder's file is itself such a file, named after that holder. So nobody can replace what
 * somebody else has just put in the dead one's place.
 * @throws Taken
 */
export function takeFile(path: string, pid = process.pid): () => void {
  const own = JSON.stringify(identifyProcess(pid))
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (putContent(path, own, linkSync)) return () => giveBack(path, own)
    const held = readIfThere(path)
    if (held === null) continue
    const holder = holderFrom(held)
    if (holder && livenessOf(holder) !== 'dead') throw new Taken(path, holder)
    if (takeOver(path, held, own, pid)) return () => giveBack(path, own)
  }
  throw new Taken(path, null)
}

/** What a person must know of who has a file, and how to free it where that cannot be seen. */
export function describeHolder({ holder }: Taken, path: string): string {
  if (holder === null) return 'other processes keep taking it'
  const detail = `process ${holder.pid} on ${holder.host} holds it`
  if (livenessOf(holder) !== 'unknown') return detail
  return `${detail}; whether it still runs cannot be seen from here; if it does not, delete the file ${path}`
}

function takeOver(path: string, held: string, own: string, pid: number): boolean {
  const letGo = takeFile(`${path}.${createHash('sha256').update(held).digest('hex').slice(0, 16)}`, pid)
  try {
    return readIfThere(path) === held && putContent(path, own, renameSync)
  } finally {
    letGo()
  }
}

/** Gives the file its whole content in one step; false when `put` finds one that it does not replace. */
function putContent(path: string, content: string, put: (from: string, to: string) => void): boolean {
  const prepared = `${path}.${randomUUID()}`
  writeFileSync(prepared, content, { flag: 'wx' })
  try {
    put(prepared, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(prepared, { force: true })
  }
}

function giveBack(path: string, own: string): void {
  if (readIfThere(path) === own) rmSync(path, { force: true })
}

/** The holder that a file names; null for what none of us has written, which nobody can hold. */
function holderFrom(content: string): ProcessIdentity | null {
  try {
    return holderSchema.parse(JSON.parse(content))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}
