import { z } from 'zod'
import { call } from '../call.ts'
import type { VerbProgress } from '../messages.ts'
import type { ProblemReport } from '../problem.ts'
import { storedName } from '../run/record.ts'
import { revaluationRequest, type Revaluation } from '../shapley/valuation.ts'
import { runId } from './runs.ts'

export interface RevaluationList {
  /** The newest first. */
  revaluations: Revaluation[]
  /** Of those that cannot be read, what is wrong. */
  damaged: ProblemReport[]
  /** How far the one that is being made is; null when none is. */
  running: VerbProgress | null
}

export const valuationCalls = {
  'valuations.list': call(z.tuple([runId])).returns<RevaluationList>(),
  /**
   * Answers when the supernet is valued; `valuation.changed` is pushed meanwhile. One at a time for a run; it begins
   * when a slot is free of searches.
   */
  'valuations.start': call(z.tuple([runId, revaluationRequest])).returns<Revaluation>(),
  /** Stops the one that is being made; nothing is left of it. */
  'valuations.cancel': call(z.tuple([runId])).returns<null>(),
  'valuations.remove': call(z.tuple([runId, storedName])).returns<null>(),
}
