import { join } from 'node:path'
import { listRuns } from '#worker/run-directory/read.ts'
import { defaultDataDir } from '../data-dir.ts'

/**
 * The hidden command behind completion: `complete-ids run|trashed [--data-dir <folder>]` prints ids, a line each. It
 * is asked on every press of the tab key, so it loads next to nothing.
 */
export function completeIds([kind, option, named]: readonly string[]): void {
  const dataDir = option === '--data-dir' && named ? named : defaultDataDir()
  const folder = join(dataDir, kind === 'trashed' ? 'trash' : 'runs')
  for (const id of listRuns(folder).toReversed()) console.log(id)
}
