import { exportRun } from '../export/export-run.ts'
import type { Verb } from '../verb.ts'

export const exportVerb: Verb<'export'> = (context, task) => exportRun(task, context)
