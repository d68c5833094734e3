import { setImmediate } from 'node:timers/promises'
import type { Verb } from '../verb.ts'
import { trySwaps } from '../what-if/try-swaps.ts'

export const whatIf: Verb<'whatif'> = ({ signal, dataDir, report }, task, devices) => {
  const breathe = async () => {
    await setImmediate()
    signal.throwIfAborted()
  }
  return trySwaps(task, { dataDir, devices, breathe, report })
}
