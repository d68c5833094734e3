import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'

const magic = 'shapwright cache 1'

/**
 * The entry `name` of the cache folder; built and stored when it is missing or damaged. An entry is a line of text
 * (magic, SHA-256 of the payload, its length) and the payload, so a cut-off or altered file is noticed.
 * Throws `data-folder-unwritable` when the entry cannot be stored.
 */
export async function cached(
  folder: string,
  name: string,
  build: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const kept = await readEntry(folder, name)
  if (kept) return kept
  const payload = await build()
  await storeEntry(folder, name, payload)
  return payload
}

/** The payload of an undamaged entry, or undefined. */
export async function readEntry(folder: string, name: string): Promise<Uint8Array | undefined> {
  let file: Buffer
  try {
    file = await readFile(join(folder, name))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw new Problem('file-unreadable', join(folder, name), String(error), { cause: error })
  }
  const end = file.indexOf('\n')
  if (end < 0) return undefined
  // a copy, so that typed arrays of any element size can be laid over it
  const payload = new Uint8Array(file.subarray(end + 1))
  return file.toString('latin1', 0, end) === header(payload) ? payload : undefined
}

/** Writes the entry to a temporary file beside it, flushes it to the disk and renames it: it is there whole or not at all. */
export async function storeEntry(folder: string, name: string, payload: Uint8Array): Promise<void> {
  const temporary = join(folder, `${name}.${process.pid}.${randomUUID()}.part`)
  try {
    await mkdir(folder, { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      await file.write(`${header(payload)}\n`)
      await file.writeFile(payload)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(folder, name))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new Problem('data-folder-unwritable', folder, String(error), { cause: error })
  }
}

function header(payload: Uint8Array): string {
  return `${magic} ${createHash('sha256').update(payload).digest('hex')} ${payload.length}`
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'ENOENT' || code === 'ENOTDIR'
}
