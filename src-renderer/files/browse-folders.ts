import { computed, ref, shallowRef, watch } from 'vue'
import type { FileEntry, FileWish, FolderListing } from '#contract/calls/files.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'

const lastFolderKey = 'shapwright-last-folder'

/**
 * A walk through the folders that the back end shows. It begins where the last one ended, or at the first root when that
 * place is not known any more, as after a restart.
 */
export function useFolders(wish: FileWish) {
  const connection = useConnection()
  const roots = shallowRef<FileEntry[]>([])
  const listing = shallowRef<FolderListing | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  const filter = ref('')
  let newest = 0

  /** Of answers that overtake each other only the last one asked for counts. */
  async function open(grant: string | null, text = ''): Promise<void> {
    const request = ++newest
    try {
      const found = await connection.call('files.browse', grant, { ...wish, text })
      if (request !== newest) return
      listing.value = found
      problem.value = null
      filter.value = text
      localStorage.setItem(lastFolderKey, found.grant)
    } catch (error) {
      if (request === newest) problem.value = describeFailure(error)
    }
  }

  async function begin(): Promise<void> {
    const last = localStorage.getItem(lastFolderKey)
    if (last !== null) await open(last)
    if (!listing.value) await open(null)
    try {
      roots.value = await connection.call('files.roots')
    } catch (error) {
      problem.value = describeFailure(error)
    }
  }

  watch(filter, (text) => {
    if (listing.value) void open(listing.value.grant, text)
  })
  const parent = computed(() => listing.value?.crumbs.at(-2)?.grant ?? null)
  /** The root's own name, such as Home, in place of its folder's. */
  const crumbs = computed(() =>
    (listing.value?.crumbs ?? []).map(({ grant, name }) => ({
      grant,
      name: roots.value.find((root) => root.grant === grant)?.name ?? name,
    })),
  )
  return { roots, listing, problem, filter, parent, crumbs, begin, open }
}
