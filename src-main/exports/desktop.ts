import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Problem } from '#contract/problem.ts'
import type { Content } from './content.ts'

/** What a desktop can do with files and a browser cannot. */
export interface Desktop {
  /** Asks a person where to save a file of this name; null when nothing was chosen. */
  askWhereToSave(name: string): Promise<string | null>
  /** Opens the system's file manager on a folder. */
  showFolder(path: string): void
}

/** Writes a content to a file, which appears complete or not at all. @throws Problem `file-unwritable` */
export async function saveContent(content: Content, path: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.unfinished`
  try {
    await pipeline(content.open(), createWriteStream(unfinished))
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw new Problem('file-unwritable', path, (error as Error).message, { cause: error })
  }
}
