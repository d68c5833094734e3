import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { asDataFolderProblem, syncFolder, writeDurably } from '../run-directory/atomic-file.ts'
import { unfinishedPrefix } from '../run-directory/layout.ts'

/** Contents by path inside a folder, `/` between its parts. */
export type FolderFiles = Readonly<Record<string, string | Uint8Array>>

/**
 * Writes a folder that appears complete or not at all; an earlier one is replaced. Answers the paths of its files.
 * Throws `data-folder-unwritable`.
 */
export function writeFolder(folder: string, files: FolderFiles): string[] {
  const unfinished = join(dirname(folder), unfinishedPrefix + basename(folder))
  return asDataFolderProblem(folder, () => {
    rmSync(unfinished, { recursive: true, force: true })
    try {
      const folders = new Set(Object.keys(files).map((path) => dirname(join(unfinished, path))))
      for (const inner of folders.add(unfinished)) mkdirSync(inner, { recursive: true })
      for (const [path, content] of Object.entries(files)) writeDurably(join(unfinished, path), content)
      for (const inner of folders) syncFolder(inner)
      rmSync(folder, { recursive: true, force: true })
      renameSync(unfinished, folder)
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true })
      throw error
    }
    syncFolder(dirname(folder))
    return Object.keys(files).map((path) => join(folder, path))
  })
}
