import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { runPaths } from '#worker/run-directory/read.ts'
import { isPlainFolder } from './folders.ts'

/**
 * The run directories of a folder: itself, or those that lie in it or in its `runs`, as in a data folder. Links, which may
 * lead anywhere, are not followed.
 * @throws Problem `no-runs-found`, `file-unreadable`
 */
export function findRuns(folder: string): string[] {
  if (looksLikeRun(folder)) return [folder]
  const found = [folder, join(folder, 'runs')].flatMap(subfolders).filter(looksLikeRun)
  if (found.length > 0) return found
  throw new Problem(
    'no-runs-found',
    folder,
    'neither it nor a folder in it holds a config.json and status.json',
  )
}

/** A folder that has one of the two may be a damaged run: its import says what is missing. */
function looksLikeRun(folder: string): boolean {
  const { config, status } = runPaths(folder)
  return existsSync(config) || existsSync(status)
}

function subfolders(folder: string): string[] {
  if (!isPlainFolder(folder)) return []
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => join(folder, entry.name))
      .sort()
  } catch (error) {
    throw new Problem('file-unreadable', folder, (error as Error).message, { cause: error })
  }
}
