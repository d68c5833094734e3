import type { Notification } from 'electron'
import type { Push } from '#contract/calls.ts'
import { formatScore } from '#contract/format.ts'

export interface AnnounceOptions {
  Notification: typeof Notification
  subscribe: (listener: (push: Push) => void) => unknown
  /** Whether the settings want it, and nobody looks at the window. */
  isWanted: () => Promise<boolean>
  /** The reader clicked the message. */
  onClick: () => void
}

/** Tells through the system, once each, that a run which was worked on is done or has failed. */
export function announceEnds({ Notification, subscribe, isWanted, onClick }: AnnounceOptions): void {
  const working = new Set<string>()
  subscribe((push) => {
    if (push.topic !== 'run.changed') return
    const { id, name, state, score } = push.summary
    if (state === 'running') working.add(id)
    if (state === 'running' || state === 'queued' || !working.delete(id)) return
    if (state !== 'done' && state !== 'failed') return
    const title = state === 'done' ? `${name || id} is done` : `${name || id} failed`
    const body = score ? `Test score ${formatScore(score.mean, score.deviation, score.repetitions)}` : ''
    void isWanted().then((wanted) => {
      if (!wanted) return
      const notification = new Notification({ title, body })
      notification.on('click', onClick)
      notification.show()
    })
  })
}
