import type { ImportDraft } from './import-draft.ts'

const storageKey = 'shapwright-import'

interface Kept {
  grant: string
  draft: ImportDraft
  name: string
}

/** What was chosen for this file before a reload; only the last file's choices are kept, and only in this window. */
export function keptDraft(grant: string, columns: readonly string[]): Omit<Kept, 'grant'> | null {
  const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Kept | null
  if (kept?.grant !== grant) return null
  const same = kept.draft.columns.map(({ column }) => column).join('\n') === columns.join('\n')
  // an older window kept no separator
  return same ? { ...kept, draft: { ...kept.draft, labelSeparator: kept.draft.labelSeparator ?? '' } } : null
}

export function keepDraft(kept: Kept): void {
  sessionStorage.setItem(storageKey, JSON.stringify(kept))
}

export function forgetDraft(): void {
  sessionStorage.removeItem(storageKey)
}
