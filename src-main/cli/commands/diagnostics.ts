import { join } from 'node:path'
import { formatBytes } from '#contract/format.ts'
import { describeMachine } from '../../devices/describe-machine.ts'
import { DeviceList } from '../../devices/device-list.ts'
import { describeLibrary } from '../../library/describe-library.ts'
import { writeDiagnostics } from '../../library/diagnostics.ts'
import { forkWorkers } from '../../workers/node-worker.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { withIndex } from '../open-index.ts'
import { answer } from '../output.ts'

export const diagnostics: CommandDefinition = {
  name: 'diagnostics',
  group: 'Care',
  summary: 'writes a file to attach to a report of a fault',
  about: [
    'It holds versions, machine, devices, settings, logs, and configuration and status of the newest runs. No data, no weights, no notes, and `~` in the place of your home folder.',
  ],
  examples: [{ line: 'diagnostics', does: 'a zip in the folder diagnostics of the data folder' }],
  answers: 'DiagnosticsFile',
  define: (command) => command.action(diagnose),
}

async function diagnose(options: CommonOptions): Promise<void> {
  const { dataDir } = options
  const made = await withIndex(dataDir, async ({ store }) =>
    writeDiagnostics({
      dataDir,
      devices: await new DeviceList({ spawnWorker: forkWorkers(), dataDir }).list(),
      machine: await describeMachine(dataDir),
      info: describeLibrary(dataDir, store),
    }),
  )
  answer(made, options, () => [`Written to ${join(made.folder, made.file)} (${formatBytes(made.bytes)})`])
}
