import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { AppInfo } from '#contract/calls/app.ts'
import { useConnection, type ConnectionState } from '../backend/connection.ts'

/** The line to the back end, and what the back end says of itself. */
export const useConnectionStore = defineStore('connection', () => {
  const connection = useConnection()
  const state = ref<ConnectionState>('connecting')
  const info = shallowRef<AppInfo | null>(null)
  const reopened = new Set<() => void>()
  let wasOpen = false

  connection.watchState((next) => {
    state.value = next
    if (next !== 'open') return
    if (wasOpen) for (const listener of reopened) listener()
    wasOpen = true
  })

  async function loadInfo(): Promise<void> {
    info.value = await connection.call('app.info')
  }

  /** Calls back whenever a dropped line is open again: what was pushed in between is unknown. */
  function onReopened(listener: () => void): () => void {
    reopened.add(listener)
    return () => reopened.delete(listener)
  }

  return { state, info, loadInfo, onReopened }
})
