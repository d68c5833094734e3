import { z } from 'zod'
import { problemTexts, type ProblemCode, type ProblemReport } from '../problem.ts'

const runStates = ['queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled'] as const
export type RunStateName = (typeof runStates)[number]

/** How a run can stand that has stopped at a checkpoint before its end. */
export type StoppedState = Extract<RunStateName, 'paused' | 'interrupted' | 'cancelled'>

/** Priorities that a run can be given. */
export const runPriority = z.int().min(-100).max(100)

const problemCodes = Object.keys(problemTexts) as [ProblemCode, ...ProblemCode[]]

export const problemReport: z.ZodType<ProblemReport> = z.object({
  code: z.enum(problemCodes),
  message: z.string(),
  where: z.string(),
  detail: z.string(),
  hint: z.string(),
})

/** Milliseconds since 1970, as far as dates reach. */
export const moment = z.number().min(-8.64e15).max(8.64e15)

/** status.json of a run directory; a transition is its rename. */
export const runStatus = z.object({
  schemaVersion: z.literal(1),
  state: z.enum(runStates),
  /** The process that holds the run, while it is `running`. */
  process: z.object({ pid: z.int(), startTime: z.string(), host: z.string() }).nullable(),
  /** Waiting runs of a higher priority start first. */
  priority: runPriority.default(0),
  /** Since when the run is one of a workbench's queue; null for a run of the command line. */
  queuedAt: moment.nullable().default(null),
  createdAt: moment,
  updatedAt: moment,
  problem: problemReport.nullable(),
  /** Who or what had the run stop at its checkpoint, in words; only while it is stopped. */
  stoppedBy: z.string().optional(),
  /** The run was made elsewhere: its configuration may name any file of this machine. */
  imported: z.boolean().optional(),
})
export type RunStatus = z.infer<typeof runStatus>
