import { setImmediate } from 'node:timers/promises'
import { useRun } from '../run-directory/use.ts'
import type { Verb } from '../verb.ts'
import { trySwaps } from '../what-if/try-swaps.ts'

export const whatIf: Verb<'whatif'> = ({ signal, dataDir, report }, task, devices) => {
  const breathe = async () => {
    await setImmediate()
    signal.throwIfAborted()
  }
  const leave = useRun(task.directory, 'tries swaps of its architecture')
  return trySwaps(task, { dataDir, devices, breathe, report }).finally(leave)
}
