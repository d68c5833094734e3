import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { asDataFolderProblem, writeAtomically } from '../run-directory/atomic-file.ts'

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
  storeEntry(folder, name, payload)
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
  return file.toString('latin1', 0, end + 1) === headerFor(payload) ? payload : undefined
}

/** Stores the entry: it is there whole or not at all. Throws `data-folder-unwritable`. */
export function storeEntry(folder: string, name: string, payload: Uint8Array): void {
  asDataFolderProblem(folder, () => mkdirSync(folder, { recursive: true }))
  writeAtomically(join(folder, name), Buffer.concat([Buffer.from(headerFor(payload)), payload]))
}

/** The first line of an entry whose payload has this SHA-256, in hexadecimal, and so many bytes. */
export function headerOf(digest: string, length: number): string {
  return `${magic} ${digest} ${length}\n`
}

function headerFor(payload: Uint8Array): string {
  return headerOf(createHash('sha256').update(payload).digest('hex'), payload.length)
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'ENOENT' || code === 'ENOTDIR'
}
