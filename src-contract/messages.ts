import { z } from 'zod'
import { deviceStatus } from './device.ts'
import type { RunEvent } from './events.ts'
import type { ProblemReport } from './problem.ts'

/** What the back end says to a worker process. */
export const workerCommand = z.discriminatedUnion('type', [
  /**
   * Execute the run in this directory, from its last checkpoint if it has one, on one of these devices; only on the
   * processor when none are named.
   */
  z.object({
    type: z.literal('run'),
    directory: z.string(),
    dataDir: z.string(),
    devices: z.array(deviceStatus).default([]),
  }),
  /** Do one of the verbs, and answer with `result` or `problem`. */
  z.object({ type: z.literal('do'), verb: z.string(), args: z.unknown(), dataDir: z.string() }),
  /** Stop: a run at the next checkpoint, from which it can go on later, a verb as soon as it can. */
  z.object({ type: z.literal('cancel') }),
  /** Stop a run like `cancel`; it then counts as paused. */
  z.object({ type: z.literal('pause') }),
  /** Go on with the run when the back end ends. */
  z.object({ type: z.literal('keep') }),
])
export type WorkerCommand = z.input<typeof workerCommand>

/** How far a verb is, 0–1, and what is being done, for people. */
export interface VerbProgress {
  done: number
  doing: string
}

/** What a worker process says: each event of a run once it is in the log, or the course and the end of a verb. */
export type WorkerMessage =
  | { type: 'event'; event: RunEvent }
  | { type: 'progress'; progress: VerbProgress }
  | { type: 'result'; result: unknown }
  | { type: 'problem'; problem: ProblemReport }
  | { type: 'ended' }
