import { setImmediate } from 'node:timers/promises'
import { useRun } from '../run-directory/use.ts'
import { revalueRun } from '../run/revalue.ts'
import type { Verb } from '../verb.ts'

export const revalue: Verb<'revalue'> = ({ signal, dataDir, report }, task, devices) => {
  const breathe = async () => {
    await setImmediate()
    signal.throwIfAborted()
  }
  const leave = useRun(task.directory, 'values its supernet again')
  return revalueRun(task, { dataDir, devices, breathe, report }).finally(leave)
}
