import type { BulkAnswer } from '#contract/calls/runs.ts'
import { RunLibrary } from '../library/run-library.ts'
import { printProblem } from '../print-problem.ts'
import { RunFollower } from '../runs/run-follower.ts'
import type { CommonOptions } from './command.ts'
import { findRun } from './find-run.ts'
import { withIndex } from './open-index.ts'
import { answer, failSoftly } from './output.ts'

interface Change {
  /** Where the runs are looked for. */
  trashed: boolean
  /** `moved to the trash` */
  done: string
  action(library: RunLibrary, ids: readonly string[]): Promise<BulkAnswer>
}

/** Does something to runs that nobody works on, and to the index. Every run is tried; a refused one is told. */
export async function changeRuns(
  prefixes: readonly string[],
  options: CommonOptions,
  { trashed, done, action }: Change,
): Promise<void> {
  const ids = prefixes.map((prefix) => findRun(prefix, options.dataDir, { trashed }).id)
  const changed = await withIndex(options.dataDir, ({ store, folders }) => {
    const push = () => undefined
    const { runsDir } = folders
    const watching = { isExecuted: () => false, scanMs: Infinity, readMs: 0 }
    const follower = new RunFollower({ store, runsDir, push, report: printProblem, ...watching })
    const library = new RunLibrary({ store, folders, follower, push, report: printProblem })
    return action(library, ids).finally(() => follower.close())
  })
  for (const { problem } of changed.refused) printProblem(problem)
  answer(changed, options, () => changed.done.map((id) => `${id} ${done}`))
  if (changed.refused.length > 0) failSoftly()
}
