import { changeRuns } from '../change-runs.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'

export const restore: CommandDefinition = {
  name: 'restore',
  group: 'Care',
  summary: 'takes runs back out of the trash',
  about: ['They are then as they were. A window that has the data folder open must be closed first.'],
  examples: [{ line: 'restore 20260314', does: 'the run in the trash whose id begins like this' }],
  answers: 'BulkAnswer',
  define: (command) =>
    command
      .argument('<trashed...>', 'ids of runs in the trash, or beginnings of them')
      .action((prefixes: string[], options: CommonOptions) =>
        changeRuns(prefixes, options, {
          trashed: true,
          done: 'is back in the list',
          action: (library, ids) => library.restore(ids),
        }),
      ),
}
