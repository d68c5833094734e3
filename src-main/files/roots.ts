import { realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname } from 'node:path'

/** A folder in which windows may look around. */
export interface FileRoot {
  name: string
  /** Links resolved. */
  path: string
}

/**
 * The home folder, the data folder, the folder that Shapwright was started in, and those that were named. One that is
 * not there is left out, and so is a second name of the same. A program that a desktop starts begins in the root of the
 * file system: that is not opened to windows unless it is named.
 */
export function fileRoots(dataDir: string, named: readonly string[] = []): FileRoot[] {
  const found = [
    { name: 'Home', path: folderAt(homedir()) },
    { name: 'Started in', path: folderAt(process.cwd()) },
    { name: 'Data folder', path: folderAt(dataDir) },
  ].filter(({ path }) => path !== null && dirname(path) !== path)
  const others = named.map((path) => ({ name: basename(path) || path, path: folderAt(path) }))
  const roots = [...others, ...found].filter((root): root is FileRoot => root.path !== null)
  return roots.filter(({ path }, at) => roots.findIndex((other) => other.path === path) === at)
}

function folderAt(path: string): string | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return null
  return realpathSync(path)
}
