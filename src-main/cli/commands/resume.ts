import { Problem } from '#contract/problem.ts'
import { livenessOf, readStatus } from '#worker/run-directory/read.ts'
import { changeStatus } from '#worker/run-directory/write.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { executeRun } from '../execute-run.ts'
import { findRun } from '../find-run.ts'

export const resume: CommandDefinition = {
  name: 'resume',
  group: 'Search',
  summary: 'goes on with a run that was stopped or has died',
  about: ['It goes on from its last checkpoint, and comes to the results of an undisturbed run.'],
  examples: [{ line: 'resume 20260314', does: 'the run whose id begins like this' }],
  answers: 'RunSummary',
  define: (command) =>
    command.argument('<run>', 'the id of a run, or the beginning of one').action(resumeRun),
}

async function resumeRun(prefix: string, options: CommonOptions): Promise<void> {
  const run = findRun(prefix, options.dataDir)
  const { state, process: holder } = readStatus(run.directory)
  if (state === 'done') throw new Problem('run-not-resumable', run.id, 'it is done')
  if (state === 'running' && holder && livenessOf(holder) === 'alive')
    throw new Problem('run-not-resumable', run.id, `process ${holder.pid} is working on it`)
  // The terminal takes the run out of the queue of a window.
  changeStatus(run.directory, () => ({ queuedAt: null }))
  await executeRun(run, options)
}
