import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { FileEntry, FileWish, FolderListing } from '#contract/calls/files.ts'
import { Problem } from '#contract/problem.ts'
import { realPathOf, type FileGrants } from './grants.ts'
import type { FileRoot } from './roots.ts'

/** Entries of one listing; more of them nobody reads, and a filter finds the rest. */
const mostEntries = 1000

const byName = new Intl.Collator('en', { numeric: true })

export interface BrowseOptions extends FileWish {
  /** Only names that contain it, in whatever case. */
  text: string
}

export async function listRoots(grants: FileGrants, roots: readonly FileRoot[]): Promise<FileEntry[]> {
  return await Promise.all(roots.map(({ name, path }) => entryAt(grants, path, path, name)))
}

/**
 * What a window may see of a folder. Hidden names are left out, and so are links that lead out of the folder's root.
 * @throws Problem `not-allowed`, `file-not-found`, `file-unreadable`
 */
export async function browseFolder(
  grants: FileGrants,
  id: string,
  { kind, extensions, text }: BrowseOptions,
): Promise<FolderListing> {
  const root = grants.rootOf(id)
  const folder = grants.resolveGrant(id)
  const matches = (name: string) => name.toLowerCase().includes(text.toLowerCase())
  const isWanted = (name: string) =>
    kind === 'file' &&
    (extensions.length === 0 || extensions.some((extension) => name.toLowerCase().endsWith(extension)))
  const found = await readFolder(folder)
  const candidates = found.filter(({ name }) => !name.startsWith('.') && matches(name))
  const known = candidates.filter(
    (entry) => entry.isDirectory() || entry.isSymbolicLink() || (entry.isFile() && isWanted(entry.name)),
  )
  const listed = known
    .toSorted((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || byName.compare(a.name, b.name))
    .slice(0, mostEntries)
  const entries = await Promise.all(
    listed.map(({ name }) => entryIfAllowed(grants, join(folder, name), root)),
  )
  return {
    grant: id,
    place: folder,
    crumbs: crumbsTo(grants, folder, root),
    entries: entries
      .filter((entry) => entry !== null)
      .filter((entry) => entry.kind === 'folder' || isWanted(entry.name))
      .toSorted((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder')),
    leftOut: known.length - listed.length,
  }
}

/** A path that a person has chosen in the system's own dialog: it is its own root. */
export async function grantPicked(grants: FileGrants, path: string): Promise<FileEntry> {
  const real = realPathOf(path)
  const { isFile } = await statsOf(real)
  return await entryAt(grants, real, isFile ? dirname(real) : real)
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    throw new Problem('file-unreadable', folder, (error as Error).message, { cause: error })
  }
}

function crumbsTo(grants: FileGrants, folder: string, root: string): FolderListing['crumbs'] {
  const inside = relative(root, folder)
  const parts = inside === '' ? [] : inside.split(sep)
  const paths = [root, ...parts.map((_, at) => join(root, ...parts.slice(0, at + 1)))]
  return paths.map((path) => ({ grant: grants.grant(path, root), name: basename(path) || path }))
}

/** Null for what a window may not see, and for what vanished meanwhile. */
async function entryIfAllowed(grants: FileGrants, path: string, root: string): Promise<FileEntry | null> {
  try {
    return await entryAt(grants, path, root)
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

async function entryAt(
  grants: FileGrants,
  path: string,
  root: string,
  name = basename(path),
): Promise<FileEntry> {
  const grant = grants.grant(path, root)
  const { isFile, bytes, modifiedAt } = await statsOf(path)
  return { grant, name, kind: isFile ? 'file' : 'folder', bytes, modifiedAt }
}

/** @throws Problem `file-unreadable` for what is neither a file nor a folder */
async function statsOf(path: string): Promise<{ isFile: boolean; bytes: number | null; modifiedAt: number }> {
  const stats = await stat(path).catch((error: Error) => {
    throw new Problem('file-unreadable', path, error.message, { cause: error })
  })
  if (!stats.isFile() && !stats.isDirectory())
    throw new Problem('file-unreadable', path, 'it is neither a file nor a folder')
  return {
    isFile: stats.isFile(),
    bytes: stats.isFile() ? stats.size : null,
    modifiedAt: Math.round(stats.mtimeMs),
  }
}
