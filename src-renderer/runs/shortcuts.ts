import { defineShortcuts } from '@nuxt/ui/composables/defineShortcuts'
import { useRouter } from 'vue-router'
import { canCompare, compareRoute } from '../compare/chosen-runs.ts'
import type { RunActions } from './actions.ts'
import type { RunList } from './run-list.ts'

interface Doors {
  walkTo(index: number): void
  search(): void
  tag(): void
  erase(): void
}

/** The keys of the list of runs. What acts on chosen runs acts on the one at the keyboard where none is chosen. */
export function useRunShortcuts(list: RunList, actions: RunActions, doors: Doors): void {
  const { selection, cursor } = list
  const router = useRouter()

  function chooseCurrent(): boolean {
    const run = list.current()
    if (selection.ids.value.length === 0 && run) selection.toggle(run.id, cursor.value)
    return selection.ids.value.length > 0 || run !== undefined
  }
  async function moveAway(): Promise<void> {
    if (list.filter.value.trashed) {
      if (chooseCurrent()) doors.erase()
      return
    }
    const run = list.current()
    const ids = selection.ids.value.length > 0 ? selection.ids.value : run ? [run.id] : []
    if (ids.length > 0 && (await actions.trash(ids))) selection.clear()
  }

  defineShortcuts({
    '/': doors.search,
    j: () => doors.walkTo(cursor.value + 1),
    k: () => doors.walkTo(cursor.value - 1),
    x() {
      const run = list.current()
      if (run) selection.toggle(run.id, cursor.value)
    },
    shift_x: () => void (cursor.value >= 0 && selection.extend(cursor.value)),
    meta_a: () => void selection.selectAll(),
    i() {
      const run = list.current()
      if (run) list.inspect(list.inspected.value === run.id ? '' : run.id)
    },
    // `g c` is the frame's: its second key compares nothing here.
    'g-c': () => {},
    c() {
      const { value: ids } = selection.ids
      if (canCompare(ids.length)) void router.push(compareRoute(ids))
    },
    t: () => void (chooseCurrent() && doors.tag()),
    delete: () => void moveAway(),
    escape: () => (list.inspected.value === '' ? selection.clear() : list.inspect('')),
  })
}
