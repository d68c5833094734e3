import type { CommandDefinition, CommonOptions } from '../command.ts'
import { composeConfig, type SearchOptions } from '../compose-config.ts'
import { startSearch } from '../start-search.ts'

export const demo: CommandDefinition = {
  name: 'demo',
  group: 'Search',
  summary: 'a search on the embedded demo data, from raw images and text to an exported model',
  about: [
    'The data are emoji pictures and their names in eight groups; they are made on first use. It takes a few minutes on two cores.',
    'Ctrl+C stops at a checkpoint; `resume` goes on.',
  ],
  examples: [
    { line: 'demo', does: 'the demo; `npm run demo` is the same' },
    { line: 'demo --seed 2', does: 'another run of it' },
  ],
  answers: 'RunSummary',
  define: (command) =>
    command
      .option('--seed <number>', 'another seed gives another run')
      .action((options: CommonOptions & SearchOptions) =>
        startSearch(composeConfig(undefined, { ...options, preset: 'demo' }), options),
      ),
}
