import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { QueueState } from '#contract/calls/queue.ts'
import { useConnection } from '../backend/connection.ts'
import { useConnectionStore } from './connection.ts'

/** What is being worked on and what waits, in order; null until it is known. */
export const useQueueStore = defineStore('queue', () => {
  const connection = useConnection()
  const queue = shallowRef<QueueState | null>(null)

  /** Where the back end cannot be reached the window says so by itself; the queue stays as it was known. */
  async function load(): Promise<void> {
    queue.value = await connection.call('queue.get').catch(() => queue.value)
  }

  /** How many runs start before this one; null when it does not wait. */
  function runsBefore(id: string): number | null {
    const place = queue.value?.waiting.indexOf(id) ?? -1
    return place < 0 ? null : place
  }

  connection.subscribe((push) => {
    if (push.topic === 'queue.changed') queue.value = push.queue
  })
  useConnectionStore().onReopened(() => void load())

  return { queue, load, runsBefore }
})
