import { formatCount } from '#contract/format.ts'
import { printProblem } from '../../print-problem.ts'
import { rebuildIndex } from '../../store/index-run.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { withIndex } from '../open-index.ts'
import { answer } from '../output.ts'

export const rebuild: CommandDefinition = {
  name: 'rebuild-index',
  group: 'Care',
  summary: 'makes the index of the window anew from the run directories, which hold everything',
  about: [
    'Nothing is lost when the index (shapwright.db) is deleted: this command, or the next window, makes every table equal again. Runs that cannot be read are named and left out.',
  ],
  examples: [{ line: 'rebuild-index', does: 'the index of the usual data folder' }],
  answers: '{ indexed: number, damaged: ProblemReport[] }',
  define: (command) =>
    command.action((options: CommonOptions) =>
      withIndex(options.dataDir, ({ store, folders }) => {
        const { indexed, damaged } = rebuildIndex(store, folders)
        const reports = damaged.map((problem) => problem.report())
        reports.forEach(printProblem)
        answer({ indexed, damaged: reports }, options, () => [
          `The index holds ${formatCount(indexed)} ${indexed === 1 ? 'run' : 'runs'}.`,
        ])
      }),
    ),
}
