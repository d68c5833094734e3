import { changeRuns } from '../change-runs.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'

export const trash: CommandDefinition = {
  name: 'trash',
  group: 'Care',
  summary: 'puts runs into the trash',
  about: [
    'They can be restored until they are erased. A run that waits in a queue or is worked on is refused. A window that has the data folder open must be closed first.',
  ],
  examples: [
    { line: 'trash 20260314', does: 'the run whose id begins like this' },
    { line: 'list --trashed', does: 'what lies in the trash' },
  ],
  answers: 'BulkAnswer',
  define: (command) =>
    command
      .argument('<run...>', 'ids, or beginnings of them')
      .action((prefixes: string[], options: CommonOptions) =>
        changeRuns(prefixes, options, {
          trashed: false,
          done: 'is in the trash',
          action: (library, ids) => library.trash(ids),
        }),
      ),
}
