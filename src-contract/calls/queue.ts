import { z } from 'zod'
import { call } from '../call.ts'
import type { DeviceName } from '../device.ts'

/** What the workbench works on and what waits. */
export interface QueueState {
  /** One run at a time each; `device` is what the run asked for. Adopted runs may be more than there are slots. */
  slots: { device: DeviceName | 'auto'; run: string | null }[]
  /** Ids of the runs that wait, the next first. */
  waiting: string[]
}

export const queueCalls = {
  'queue.get': call(z.tuple([])).returns<QueueState>(),
}
