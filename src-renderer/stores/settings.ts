import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ProblemReport } from '#contract/problem.ts'
import type { Settings, SettingsChange } from '#contract/settings.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from './connection.ts'

/** The settings of the data folder; null until they are known. */
export const useSettingsStore = defineStore('settings', () => {
  const connection = useConnection()
  const settings = shallowRef<Settings | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)

  async function keep(answer: Promise<Settings>): Promise<void> {
    try {
      settings.value = await answer
      problem.value = null
    } catch (error) {
      problem.value = describeFailure(error)
    }
  }
  const load = () => keep(connection.call('settings.get'))
  const change = (changes: SettingsChange) => keep(connection.call('settings.change', changes))

  useConnectionStore().onReopened(load)
  void load()
  return { settings, problem, load, change }
})
