import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { DatasetDraft } from '#contract/calls/datasets.ts'
import type { TableInspection } from '#contract/dataset/report.ts'
import { useConnection } from '../backend/connection.ts'
import { draftFromInspection, settingsFromDraft, type ImportDraft } from './import-draft.ts'
import { forgetDraft, keepDraft, keptDraft } from './kept-draft.ts'
import { useDatasetWork } from './work.ts'

/** The way of one table into the library: it is inspected, its columns are chosen, it is checked, and imported. */
export function useTableImport(grant: Ref<string>, file: Ref<string>) {
  const connection = useConnection()
  const work = useDatasetWork()
  const inspection = shallowRef<TableInspection | null>(null)
  const draft = shallowRef<ImportDraft | null>(null)
  const name = ref('')
  /** Of the datasets that are there. */
  const names = shallowRef<readonly string[]>([])
  /** The newest report, and the choices that it is about. */
  const checked = shallowRef<(DatasetDraft & { choices: string }) | null>(null)

  const chosen = computed(() =>
    draft.value ? settingsFromDraft(draft.value) : { settings: null, faults: [] },
  )
  const choices = computed(() => JSON.stringify(chosen.value.settings))
  const outdated = computed(() => checked.value !== null && checked.value.choices !== choices.value)

  async function inspect(): Promise<void> {
    inspection.value = null
    draft.value = null
    checked.value = null
    if (grant.value === '') return
    const answer = await work.run('Reading ahead', (id) =>
      Promise.all([connection.call('datasets.inspect', grant.value, id), connection.call('datasets.list')]),
    )
    const [found, entries] = answer ?? [null, []]
    if (!found) return
    const kept = keptDraft(
      grant.value,
      found.columns.map((column) => column.name),
    )
    inspection.value = found
    draft.value = kept?.draft ?? draftFromInspection(found)
    names.value = entries.map((each) => each.name)
    name.value = kept?.name ?? freeName(file.value.replace(/\.[^.]*$/, ''), names.value)
  }

  async function check(): Promise<void> {
    const { settings } = chosen.value
    if (!settings) return
    const about = choices.value
    const answer = await work.run('Checking the table', (id) =>
      connection.call('datasets.validate', grant.value, settings, id),
    )
    if (answer) checked.value = { ...answer, choices: about }
  }

  /** The id of the new dataset; null when it was stopped or failed. */
  async function take(): Promise<string | null> {
    const { settings } = chosen.value
    if (!settings) return null
    const id = await work.run('Importing', (workId) =>
      connection.call('datasets.import', grant.value, settings, name.value.trim(), workId),
    )
    if (id !== null) forgetDraft()
    return id
  }

  watch(grant, inspect, { immediate: true })
  watch([draft, name], () => {
    if (draft.value) keepDraft({ grant: grant.value, draft: draft.value, name: name.value })
  })
  return { work, inspection, draft, name, names, chosen, checked, outdated, inspect, check, take }
}

/** The name itself, or with a number behind it. */
function freeName(name: string, taken: readonly string[]): string {
  const names = [name, ...taken.map((_, i) => `${name} ${i + 2}`)]
  return names.find((each) => !taken.includes(each))!
}
