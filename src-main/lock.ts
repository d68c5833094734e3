import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { describeHolder, Taken, takeFile } from '#worker/run-directory/exclusive-file.ts'

/** The right to write the index of a data folder. */
export interface DataFolderLock {
  release(): Promise<void>
}

/**
 * Takes the file `lock` of a data folder, which it makes if it must. A lock whose process has ended is taken over,
 * also when another process got its number since.
 * @throws Problem `data-folder-locked` that says who holds it, `data-folder-unwritable`
 */
export async function lockDataFolder(dataDir: string): Promise<DataFolderLock> {
  const path = join(dataDir, 'lock')
  try {
    mkdirSync(dataDir, { recursive: true })
    const release = takeFile(path)
    return { release: async () => release() }
  } catch (error) {
    if (error instanceof Taken) throw new Problem('data-folder-locked', path, describeHolder(error, path))
    throw asProblem(error, dataDir)
  }
}

function asProblem(error: unknown, dataDir: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const codes = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST']
  if (code === undefined || !codes.includes(code)) return error
  return new Problem('data-folder-unwritable', dataDir, message, { cause: error })
}
