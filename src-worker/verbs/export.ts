import { exportRun } from '../export/export-run.ts'
import { useRun } from '../run-directory/use.ts'
import type { Verb } from '../verb.ts'

export const exportVerb: Verb<'export'> = (context, task) => {
  const leave = useRun(task.directory, 'exports it')
  return exportRun(task, context).finally(leave)
}
