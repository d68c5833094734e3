import { changeRuns } from '../change-runs.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'

export const erase: CommandDefinition = {
  name: 'erase',
  group: 'Care',
  summary: 'removes runs of the trash for good',
  about: [
    'Nothing is left of them: no result, no model, no notes. Only runs that were put into the trash before can be erased. A window that has the data folder open must be closed first.',
  ],
  examples: [{ line: 'erase 20260314', does: 'the run in the trash whose id begins like this' }],
  answers: 'BulkAnswer',
  define: (command) =>
    command
      .argument('<trashed...>', 'ids of runs in the trash, or beginnings of them')
      .action((prefixes: string[], options: CommonOptions) =>
        changeRuns(prefixes, options, {
          trashed: true,
          done: 'is erased',
          action: (library, ids) => library.erase(ids),
        }),
      ),
}
