import { useRouter } from 'vue-router'
import { useCommands } from '../commands.ts'
import { canCompare, compareRoute } from '../compare/chosen-runs.ts'
import type { RunActions } from './actions.ts'
import type { RunList } from './run-list.ts'

interface Doors {
  walkTo(index: number): void
  search(): void
  tag(): void
  erase(): void
}

/** What can be done in the list of runs. What acts on chosen runs acts on the one at the keyboard where none is chosen. */
export function useRunCommands(list: RunList, actions: RunActions, doors: Doors): void {
  const { selection, cursor } = list
  const router = useRouter()

  function chooseCurrent(): boolean {
    const run = list.current()
    if (selection.ids.value.length === 0 && run) selection.toggle(run.id, cursor.value)
    return selection.ids.value.length > 0 || run !== undefined
  }
  function toggleCurrent(): void {
    const run = list.current()
    if (run) selection.toggle(run.id, cursor.value)
  }
  function inspectCurrent(): void {
    const run = list.current()
    if (run) list.inspect(list.inspected.value === run.id ? '' : run.id)
  }
  function compare(): void {
    const { value: ids } = selection.ids
    if (canCompare(ids.length)) void router.push(compareRoute(ids))
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

  useCommands('Runs', [
    { title: 'Filter the runs', keys: '/', icon: 'i-lucide-search', run: doors.search },
    { title: 'Next run', keys: 'j', run: () => doors.walkTo(cursor.value + 1) },
    { title: 'Previous run', keys: 'k', run: () => doors.walkTo(cursor.value - 1) },
    { title: 'Look closer at the run, or no longer', keys: 'i', run: inspectCurrent },
    { title: 'Choose the run', keys: 'x', run: toggleCurrent },
    {
      title: 'Choose all runs from the last chosen one to here',
      keys: 'shift_x',
      run: () => cursor.value >= 0 && selection.extend(cursor.value),
    },
    { title: 'Choose all runs that match', keys: 'meta_a', run: selection.selectAll },
    { title: 'Compare the chosen runs', keys: 'c', icon: 'i-lucide-columns-2', run: compare },
    { title: 'Tag the runs', keys: 't', icon: 'i-lucide-tag', run: () => chooseCurrent() && doors.tag() },
    { title: 'Move the runs to the trash', keys: 'delete', icon: 'i-lucide-trash-2', run: moveAway },
    { title: 'Show the trash', icon: 'i-lucide-trash-2', run: () => list.show('trash') },
    {
      title: 'Close the inspector, then choose none',
      keys: 'escape',
      run: () => (list.inspected.value === '' ? selection.clear() : list.inspect('')),
    },
  ])
}
