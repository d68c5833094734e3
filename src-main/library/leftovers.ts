import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { unfinishedPrefix } from '#worker/run-directory/layout.ts'

/** Removes what stands in a folder under names that begin so. */
export function removeLeftovers(folder: string, prefix: string): void {
  for (const path of namedIn(folder, prefix)) rmSync(path, { recursive: true, force: true })
}

/** Nothing is under construction for so long. */
const oldMs = 3600 * 1000

/** Where a command of a terminal may be writing at this moment. */
const shared = ['', 'runs', 'studies', 'datasets', 'samples', 'backups', 'diagnostics']

/** Removes what crashes have left under construction in the folders of a data folder. */
export function removeOldLeftovers(dataDir: string, now = Date.now()): void {
  for (const path of shared.flatMap((name) => namedIn(join(dataDir, name), unfinishedPrefix))) {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats && now - stats.mtimeMs > oldMs) rmSync(path, { recursive: true, force: true })
  }
}

const namedIn = (folder: string, prefix: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith(prefix))
        .map((name) => join(folder, name))
    : []
