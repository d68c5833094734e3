import { computed, onMounted, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunFacet, RunSortKey } from '#contract/run/query.ts'
import type { Sorting } from '../sorting.ts'
import { useRunsStore } from '../stores/runs.ts'
import { usePageAddress } from './address.ts'
import {
  filterFromAddress,
  textFromSorting,
  textFromValues,
  widestAddress,
  type RunFilter,
} from './filter.ts'
import { createRunPages, type RunPages } from './run-pages.ts'
import { useSelection, type Selection } from './selection.ts'

export interface RunList {
  filter: ComputedRef<RunFilter>
  pages: RunPages
  selection: Selection
  /** The chosen runs that have been read. */
  chosen: ComputedRef<RunSummary[]>
  /** Index of the row where the keyboard stands; −1 while it has not been there. */
  cursor: Ref<number>
  /** The run in the inspector; empty for none. */
  inspected: ComputedRef<string>
  inspect(id: string): void
  /** Where the keyboard stands, if its run is there. */
  current(): RunSummary | undefined
  setText(text: string): void
  sortBy(sort: Sorting<RunSortKey>): void
  choose(facet: RunFacet, values: string[]): void
  widen(): void
  show(view: 'list' | 'trash'): void
}

/** The list of runs as its address says, kept up to date by pushes. */
export function useRunList(): RunList {
  const store = useRunsStore()
  const address = usePageAddress()
  const { parts, change } = address
  const filter = computed(() => filterFromAddress(parts.value))
  const pages = createRunPages(store.query, filter.value)
  const selection = useSelection(address, pages)
  const inspected = computed(() => parts.value['inspect'] ?? '')

  pages.want(0, 0)
  const question = computed(() => JSON.stringify(filter.value))
  watch(question, () => {
    cursor.value = -1
    pages.show(filter.value)
  })
  onScopeDispose(store.onChanged((run) => pages.replace(run)))
  onScopeDispose(store.onCounted(pages.refresh))

  onMounted(async () => {
    const { ids } = selection
    if (ids.value.length === 0) return
    const known = await store.meet(ids.value, filter.value.trashed)
    if (known.length < ids.value.length) selection.set(known)
  })

  /** Rows move when runs come and go: the keyboard stays with its run, or with its place when the run went. */
  const cursor = ref(-1)
  let cursorId: string | undefined
  watch(pages.pages, () => {
    const walkedHere = cursor.value >= 0 && cursorId === undefined
    const index = cursorId === undefined ? -1 : pages.indexOf(cursorId)
    if (index >= 0) cursor.value = index
    else if (cursor.value < 0) cursor.value = pages.indexOf(inspected.value)
    else cursor.value = Math.min(cursor.value, pages.total.value - 1)
    cursorId = pages.rowAt(cursor.value)?.id
    if (walkedHere || !store.byId.has(inspected.value)) lookOn()
  })
  watch(cursor, () => {
    const id = pages.rowAt(cursor.value)?.id
    if (id === cursorId) return
    cursorId = id
    lookOn()
  })
  /** An open inspector goes with the keyboard. */
  function lookOn(): void {
    if (inspected.value !== '' && cursorId !== undefined && cursorId !== inspected.value)
      change({ inspect: cursorId })
  }

  return {
    filter,
    pages,
    selection,
    chosen: computed(() => selection.ids.value.flatMap((id) => store.byId.get(id) ?? [])),
    cursor,
    inspected,
    inspect: (id) => change({ inspect: id }),
    current: () => pages.rowAt(cursor.value),
    setText: (text) => change({ q: text }),
    sortBy: (sort) => change({ sort: textFromSorting(sort) }),
    choose: (facet, values) => change({ [facet]: textFromValues(values) }),
    widen: () => change(widestAddress),
    show: (view) =>
      change({ ...widestAddress, view: view === 'trash' ? 'trash' : '', select: '', inspect: '' }),
  }
}
