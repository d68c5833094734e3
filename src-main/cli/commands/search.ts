import type { CommandDefinition, CommonOptions } from '../command.ts'
import { composeConfig, type SearchOptions } from '../compose-config.ts'
import { withSettingOptions, withTableOptions } from '../search-options.ts'
import { startSearch } from '../start-search.ts'

export const search: CommandDefinition = {
  name: 'search',
  group: 'Search',
  summary: 'a search on your own table or on the demo data',
  about: [
    'Settings come from a JSON file or a preset; options stand above them, and what is said nowhere has its default.',
    'A row of the table that cannot be used is named with its number and reason, and nothing is stored until all are usable or left out.',
    'Ctrl+C stops at a checkpoint; `resume` goes on.',
  ],
  examples: [
    {
      line: 'search --table products.csv --image photo --text title --label category',
      does: 'on a table with a column of pictures and one of texts',
    },
    { line: 'search my-search.json --seed 2', does: 'with the settings of a file, under another seed' },
    { line: 'search --preset demo --set search.epochs=12', does: 'with one setting changed' },
  ],
  answers: 'RunSummary',
  define(command) {
    command
      .argument('[config]', 'a JSON file with the settings')
      .option('--preset <name>', 'settings of resources/presets')
      .option('--seed <number>', 'everything random follows from it')
    withSettingOptions(withTableOptions(command)).action(
      (file: string | undefined, options: CommonOptions & SearchOptions) =>
        startSearch(composeConfig(file, options), options),
    )
  },
}
