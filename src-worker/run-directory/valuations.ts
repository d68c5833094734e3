import { revaluation } from '#contract/valuation.ts'
import { recordFolder } from './record-folder.ts'

const folder = recordFolder('valuations', revaluation, 're-valuation')

export const writeRevaluation = folder.write
export const readRevaluations = folder.read
export const removeRevaluation = folder.remove
