import { z } from 'zod'
import { call } from '../call.ts'
import type { RunConfig } from '../config.ts'
import type { ProblemReport } from '../problem.ts'
import type { RunDigest } from '../run/digest.ts'
import { runId, type RunSummary } from './runs.ts'

/** Beyond twenty, lines and columns cannot be told apart. */
export const mostComparedRuns = 20

/** One run of a comparison. */
export interface RunComparison {
  id: string
  summary: RunSummary
  config: RunConfig
  digest: RunDigest
}

export const compareCalls = {
  /** What stands side by side, in one answer, in the order asked for; runs that cannot be read come with the reason. */
  'runs.compare': call(z.tuple([z.array(runId).max(mostComparedRuns)])).returns<
    (RunComparison | { id: string; problem: ProblemReport })[]
  >(),
}
