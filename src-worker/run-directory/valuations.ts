import { revaluation } from '#contract/shapley/valuation.ts'
import { recordFolder } from './record-folder.ts'

/** The re-valuations that a run keeps. */
export const revaluations = recordFolder('valuations', revaluation, 're-valuation')
