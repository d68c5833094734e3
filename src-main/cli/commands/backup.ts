import { join } from 'node:path'
import { formatBytes } from '#contract/format.ts'
import { backupsOf } from '../../store/backup.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { withIndex } from '../open-index.ts'
import { answer } from '../output.ts'

export const backup: CommandDefinition = {
  name: 'backup',
  group: 'Care',
  summary: 'copies the index of the window; the last three copies are kept',
  about: [
    'The index is also copied once a day and before its schema changes. It holds nothing that the run directories do not hold: to keep the runs themselves safe, copy the data folder.',
  ],
  examples: [{ line: 'backup', does: 'a copy into the folder backups of the data folder' }],
  answers: 'Backup',
  define: (command) =>
    command.action((options: CommonOptions) =>
      withIndex(options.dataDir, async ({ store }) => {
        const made = await store.backUp()
        answer(made, options, () => [
          `Copied to ${join(backupsOf(options.dataDir), made.file)} (${formatBytes(made.bytes)})`,
        ])
      }),
    ),
}
