import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useConnection } from '../backend/connection.ts'
import { useConnectionStore } from './connection.ts'

/** What the studies are called, by id: a run knows its study by id alone. */
export const useStudyNamesStore = defineStore('study-names', () => {
  const connection = useConnection()
  const names = shallowRef<ReadonlyMap<string, string>>(new Map())

  /** Where the back end cannot be reached the window says so by itself; ids stand for the names meanwhile. */
  async function load(): Promise<void> {
    const studies = await connection.call('studies.list').catch(() => null)
    if (studies) names.value = new Map(studies.map(({ id, name }) => [id, name || id]))
  }

  const nameOf = (id: string): string => names.value.get(id) ?? id

  connection.subscribe((push) => {
    if (push.topic !== 'study.changed') return
    const { id, name } = push.study
    names.value = new Map(names.value).set(id, name || id)
  })
  useConnectionStore().onReopened(() => void load())
  void load()

  return { nameOf }
})
