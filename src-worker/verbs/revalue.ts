import { setImmediate } from 'node:timers/promises'
import { revalueRun } from '../run/revalue.ts'
import type { Verb } from '../verb.ts'

export const revalue: Verb<'revalue'> = ({ signal, dataDir, report }, task, devices) => {
  const breathe = async () => {
    await setImmediate()
    signal.throwIfAborted()
  }
  return revalueRun(task, { dataDir, devices, breathe, report })
}
