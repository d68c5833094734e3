import type { PowerSaveBlocker } from 'electron'
import type { Push } from '#contract/calls.ts'
import type { RunStateName } from '#contract/run/status.ts'

/** Keeps the machine from going to sleep while a run is being worked on; the screen may go dark. */
export function stayAwake(
  blocker: PowerSaveBlocker,
  subscribe: (listener: (push: Push) => void) => unknown,
): void {
  const working = new Set<string>()
  let block: number | null = null
  const note = (id: string, state: RunStateName | 'removed') => {
    if (state === 'running') working.add(id)
    else working.delete(id)
    if (working.size > 0) block ??= blocker.start('prevent-app-suspension')
    else if (block !== null) {
      blocker.stop(block)
      block = null
    }
  }
  subscribe((push) => {
    if (push.topic === 'run.changed') note(push.summary.id, push.summary.state)
    if (push.topic === 'runs.removed') for (const id of push.ids) note(id, 'removed')
  })
}
