import { z } from 'zod'
import { call } from '../call.ts'
import type { VerbProgress } from '../messages.ts'
import type { ProblemReport } from '../problem.ts'
import { storedName } from '../run/record.ts'
import { whatIfRequest, type WhatIfRecord } from '../what-if/record.ts'
import { runId } from './runs.ts'

export interface WhatIfList {
  /** The newest first; one that is being made is among them after its first swap. */
  records: WhatIfRecord[]
  /** Of those that cannot be read, what is wrong. */
  damaged: ProblemReport[]
  /** How far the one that is being made is; null when none is. */
  running: VerbProgress | null
}

export const whatIfCalls = {
  'whatIf.list': call(z.tuple([runId])).returns<WhatIfList>(),
  /**
   * Answers when all swaps are measured; `what-if.changed` is pushed meanwhile. One at a time for a run; it begins when
   * a slot is free of searches.
   */
  'whatIf.start': call(z.tuple([runId, whatIfRequest])).returns<WhatIfRecord>(),
  /** Stops what is being tried; the swaps that are measured stay. */
  'whatIf.cancel': call(z.tuple([runId])).returns<null>(),
  'whatIf.remove': call(z.tuple([runId, storedName])).returns<null>(),
}
