import { z } from 'zod'
import type { RunEvent } from './events.ts'

/** What the back end says to a worker process. */
export const workerCommand = z.discriminatedUnion('type', [
  /** Execute the run in this directory, from its last checkpoint if it has one. */
  z.object({ type: z.literal('run'), directory: z.string(), dataDir: z.string() }),
  /** Stop at the next checkpoint; the run can go on later. */
  z.object({ type: z.literal('cancel') }),
])
export type WorkerCommand = z.infer<typeof workerCommand>

/** What a worker process says: each event once it is in the run's log. */
export type WorkerMessage = { type: 'event'; event: RunEvent } | { type: 'ended' }
