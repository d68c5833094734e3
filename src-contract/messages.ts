import { z } from 'zod'
import { deviceStatus } from './device.ts'
import { parseEvent } from './run/events.ts'
import { Problem } from './problem.ts'
import { problemReport } from './run/status.ts'

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
const verbProgress = z.object({ done: z.number(), doing: z.string() })
export type VerbProgress = z.infer<typeof verbProgress>

/** What a worker process says: each event of a run once it is in the log, or the course and the end of a verb. */
const workerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: z.unknown().transform(parseEvent) }),
  z.object({ type: z.literal('progress'), progress: verbProgress }),
  z.object({ type: z.literal('result'), result: z.unknown().optional() }),
  z.object({ type: z.literal('problem'), problem: problemReport }),
  z.object({ type: z.literal('ended') }),
])
export type WorkerMessage = z.output<typeof workerMessage>

/** What a worker process has said; a problem in the place of what cannot be understood. */
export function workerMessageFrom(value: unknown): WorkerMessage {
  try {
    return workerMessage.parse(value)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const [{ path, message }] = error.issues
    const detail = `what it said cannot be understood: ${path.join('.') || '(root)'}: ${message}`
    return { type: 'problem', problem: new Problem('internal', 'worker', detail).report() }
  }
}
