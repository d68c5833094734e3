import { whatIfRecord } from '#contract/what-if/record.ts'
import { recordFolder } from './record-folder.ts'

/** What was tried with the architecture of a run, request by request. */
export const whatIfs = recordFolder('whatIfs', whatIfRecord, 'trial of swaps')
