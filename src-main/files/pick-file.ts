import type { FileWish } from '#contract/calls/files.ts'

/** Asks a person for a file or folder in the system's own dialog: its path, or null when nothing was chosen. */
export type PickFile = (wish: FileWish) => Promise<string | null>
