import { Problem } from '#contract/problem.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { readConfig, readEvents, readResult, readStatus } from '#worker/run-directory/read.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { describeWhereabouts } from '../execute-run.ts'
import { findRun, type FoundRun } from '../find-run.ts'
import { answer, print } from '../output.ts'
import { describeArchitecture, describeScores } from '../report.ts'

export const show: CommandDefinition = {
  name: 'show',
  group: 'Look',
  summary: 'the architecture of a run, its contributions with bands, and its scores',
  about: [
    '`*` marks what was chosen. A band that contains 0 says: the estimate does not tell whether this helps.',
    'A run that is still being worked on shows what is known by now; `--json` needs its result.',
  ],
  examples: [
    { line: 'show 20260314', does: 'the run whose id begins like this' },
    { line: 'show 20260314 --json', does: 'its result.json, for other programs' },
  ],
  answers: "the run's result.json",
  define: (command) =>
    command
      .argument('<run>', 'the id of a run, or the beginning of one')
      .action((prefix: string, options: CommonOptions) => {
        const run = findRun(prefix, options.dataDir)
        if (options.json) answer(resultOf(run), options, () => [])
        else describe(run).forEach(print)
      }),
}

function describe(run: FoundRun): string[] {
  const state = foldEvents(readEvents(run.directory))
  const { state: standing, stoppedBy, problem } = readStatus(run.directory)
  return [
    `Run ${run.id}: ${standing}${stoppedBy ? ` by ${stoppedBy}` : ''}`,
    ...(problem ? [`${problem.message}: ${problem.where}: ${problem.detail}`, problem.hint] : []),
    ...(standing === 'done' && !latest(state, 'searched')
      ? ['warning: its log was cut short: what is missing below was there. Restore it from a copy.']
      : []),
    '',
    ...describeArchitecture(state, readConfig(run.directory)),
    '',
    ...describeScores(state),
    ...describeWhereabouts(state, run),
  ]
}

/** @throws Problem `run-not-found` for a run that has no result yet. */
function resultOf({ id, directory }: FoundRun): unknown {
  const result = readResult(directory)
  if (result === null) throw new Problem('run-not-found', id, 'it has no result yet')
  return result
}
