import { z } from 'zod'
import { call } from '../call.ts'

/** Stands for one file or folder of this machine, as long as the workbench runs. Windows never name paths. */
export const grantId = z.string().regex(/^[a-zA-Z0-9_-]{22}$/)

/** What a file is wanted for: a folder, or a file whose name ends like one of these (`.csv`); all files when none is named. */
const fileWish = z.strictObject({
  kind: z.enum(['file', 'folder']),
  extensions: z.array(z.string().regex(/^\.[a-z0-9.]{1,16}$/)).max(40),
})
export type FileWish = z.infer<typeof fileWish>

export interface FileEntry {
  grant: string
  name: string
  kind: 'file' | 'folder'
  /** Null for folders. */
  bytes: number | null
  modifiedAt: number
}

export interface FolderListing {
  grant: string
  /** The folder's whole path, for people. */
  place: string
  /** From a root down to this folder, which is the last. */
  crumbs: { grant: string; name: string }[]
  /** Folders first, each in the order of their names. */
  entries: FileEntry[]
  /** Entries that match as well but are too many to list. */
  leftOut: number
}

export const fileCalls = {
  /** The folders in which a window may look around. */
  'files.roots': call(z.tuple([])).returns<FileEntry[]>(),
  /** What is in a folder, the first root when none is named; only names that contain `text`. */
  'files.browse': call(
    z.tuple([grantId.nullable(), fileWish.extend({ text: z.string().max(200) })]),
  ).returns<FolderListing>(),
  /** Asks by the system's own dialog; null where there is none, `entry` null when the person chose nothing. */
  'files.pick': call(z.tuple([fileWish])).returns<{ entry: FileEntry | null } | null>(),
}
