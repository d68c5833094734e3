import { basename, join } from 'node:path'
import type { RunSummary } from '#contract/calls/runs.ts'
import { formatScore, unknown } from '#contract/format.ts'
import { Problem } from '#contract/problem.ts'
import { scoreName } from '#contract/run/score-name.ts'
import { runFoldersOf } from '../../library/folders.ts'
import { printProblem } from '../../print-problem.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { idsOf } from '../find-run.ts'
import { answer } from '../output.ts'
import { readSummary } from '../read-run.ts'
import { alignTable } from '../report.ts'

export const list: CommandDefinition = {
  name: 'list',
  group: 'Look',
  summary: 'the runs of the data folder, the newest first',
  about: ['A run that cannot be read is called damaged, and what is wrong with it stands on standard error.'],
  examples: [
    { line: 'list', does: 'all runs with state, data, strategy and test score' },
    { line: 'list --trashed', does: 'what lies in the trash' },
    { line: 'list --json', does: 'the same for other programs' },
  ],
  answers: 'RunSummary[]',
  define: (command) => command.option('--trashed', 'the runs in the trash instead').action(listAllRuns),
}

/** A run, or the id of one that cannot be read. */
type Listed = RunSummary | string

function listAllRuns(options: CommonOptions & { trashed?: boolean }): void {
  const { trashed = false } = options
  const { runsDir, trashDir } = runFoldersOf(options.dataDir)
  const folder = trashed ? trashDir : runsDir
  const listed = idsOf(folder)
    .toReversed()
    .map((id) => readListed(join(folder, id), trashed))
  const readable = listed.filter((run) => typeof run !== 'string')
  answer(readable, options, () => {
    if (listed.length > 0) return tableOf(listed)
    return [trashed ? 'The trash is empty.' : 'No runs yet. `npm run demo` makes the first one.']
  })
}

const tableOf = (listed: readonly Listed[]): string[] =>
  alignTable([['run', 'state', 'dataset', 'strategy', 'test score', 'metric'], ...listed.map(rowOf)])

function rowOf(run: Listed): string[] {
  if (typeof run === 'string') return [run, 'damaged', unknown, unknown, unknown, unknown]
  const { id, state, dataset, strategy, score, task } = run
  const shown = score ? formatScore(score.mean, score.deviation, score.repetitions) : unknown
  return [id, state, dataset, strategy, shown, score ? scoreName(task) : unknown]
}

/** A damaged run says what is wrong with it on standard error and hides no other. */
function readListed(directory: string, trashed: boolean): Listed {
  try {
    return readSummary(directory, { trashed })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    printProblem(error.report())
    return basename(directory)
  }
}
