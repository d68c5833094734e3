import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { runIdsFromText, textFromRunIds, toggleRun } from '../compare/chosen-runs.ts'
import type { PageAddress } from './address.ts'
import type { RunPages } from './run-pages.ts'

/** More ids would make an address too long to be kept; they are forgotten with the page. */
const mostInAddress = 200

export interface Selection {
  /** In the order in which they were ticked. */
  ids: ComputedRef<string[]>
  has(id: string): boolean
  set(ids: readonly string[]): void
  /** Ticks the run or takes it out; ranges begin here. */
  toggle(id: string, index: number): void
  /** Ticks every run from where the last one was ticked to this row. */
  extend(index: number): Promise<void>
  selectAll(): Promise<void>
  clear(): void
}

/** The ticked runs: in the address while it can hold them. */
export function useSelection({ parts, change }: PageAddress, pages: RunPages): Selection {
  const inAddress = computed(() => runIdsFromText(parts.value['select'] ?? ''))
  const many = shallowRef<string[] | null>(null)
  watch(inAddress, (ids) => {
    if (ids.length > 0) many.value = null
  })
  const ids = computed(() => many.value ?? inAddress.value)
  const ticked = computed(() => new Set(ids.value))
  let anchor = 0

  function set(next: readonly string[]): void {
    const fits = next.length <= mostInAddress
    many.value = fits ? null : [...next]
    change({ select: fits ? textFromRunIds(next) : '' })
  }

  return {
    ids,
    has: (id) => ticked.value.has(id),
    set,
    toggle(id, index) {
      anchor = index
      set(toggleRun(ids.value, id))
    },
    async extend(index) {
      const runs = await pages.rowsBetween(anchor, index)
      set([...new Set([...ids.value, ...runs.map((run) => run.id)])])
    },
    async selectAll() {
      const runs = await pages.readAll(() => {})
      set(runs.map((run) => run.id))
    },
    clear: () => set([]),
  }
}
