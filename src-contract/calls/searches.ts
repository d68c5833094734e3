import { z } from 'zod'
import { call } from '../call.ts'
import { runConfig } from '../config.ts'
import type { Estimate, EstimateOutcome } from '../estimate.ts'

/** Names one request for an estimate, so that its window can follow and stop it. */
const ticket = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)

export interface Estimates {
  /** One a configuration, in the order of the request. */
  estimates: Estimate[]
  /** How the last estimates of this machine turned out, the newest first. */
  outcomes: EstimateOutcome[]
}

export const searchCalls = {
  /**
   * What searches with these configurations would take here; measured in a process of its own, and told as
   * `estimate.progress`. Null when it was stopped.
   */
  'searches.estimate': call(
    z.tuple([ticket, z.array(runConfig).min(1).max(200)]),
  ).returns<Estimates | null>(),
  'searches.stopEstimate': call(z.tuple([ticket])).returns<null>(),
}
