import { basename, extname, resolve } from 'node:path'
import type { DatasetDetails, DatasetEntry } from '#contract/calls/datasets.ts'
import { tableSettings } from '#contract/dataset.ts'
import { formatScore, unknown } from '#contract/format.ts'
import { Problem } from '#contract/problem.ts'
import type { DatasetLibrary } from '../../datasets/dataset-library.ts'
import type { CommandDefinition, CommandShape, CommonOptions } from '../command.ts'
import { tableSettingsFrom, type ColumnOptions } from '../compose-config.ts'
import { describeReport } from '../describe-dataset-report.ts'
import { withDatasets } from '../open-datasets.ts'
import { answer, interrupted, note } from '../output.ts'
import { alignTable, describeDataset } from '../report.ts'
import { withColumnOptions } from '../search-options.ts'

interface AddOptions extends CommonOptions, ColumnOptions {
  name?: string
  imageSize?: string
  leaveOutUnusable?: boolean
}

const add: CommandShape = {
  name: 'add',
  summary: 'puts a table into the library, and says everything that was found in it',
  about: [
    'The table stays where it is; paths of images in it are relative to it. It is checked as a whole: a row that cannot be used is named, and nothing is kept until all are usable or left out.',
  ],
  examples: [
    {
      line: 'datasets add products.csv --image photo --text title --label category',
      does: 'a table with a column of pictures and one of texts',
    },
  ],
  answers: 'DatasetDetails',
  define(command) {
    command.argument('<table>', 'a CSV, JSON Lines or Parquet file, one row a sample')
    withColumnOptions(command)
      .option('--name <text>', "a name for people; the file's when left out")
      .option('--image-size <pixels>', 'images are resized to so many pixels a side; 48 when left out')
      .option('--leave-out-unusable', 'read the table without the rows that cannot be used')
      .action(addTable)
  },
}

async function addTable(table: string, options: AddOptions): Promise<void> {
  const settings = settingsFrom(table, options)
  const name = options.name ?? basename(table, extname(table))
  await withDatasets(options.dataDir, async (library) => {
    const work = 'command-line'
    const stop = () => library.stop(work)
    process.once('SIGINT', stop)
    const id = await library.import(resolve(table), settings, name, work)
    process.off('SIGINT', stop)
    if (id === null) {
      note('Stopped; nothing was kept.')
      process.exitCode = interrupted
      return
    }
    const details = await library.get(id)
    answer(details, options, () => describe(details))
  })
}

function settingsFrom(table: string, options: AddOptions) {
  const { imageSize, leaveOutUnusable } = options
  const parsed = tableSettings.safeParse({
    ...tableSettingsFrom(table, options),
    ...(imageSize !== undefined && { imageSize: Number(imageSize) }),
    ...(leaveOutUnusable && { unusableRows: 'leave out' }),
  })
  if (parsed.success) return parsed.data
  const [{ path, message }] = parsed.error.issues
  throw new Problem('bad-arguments', table, `${path.join('.')}: ${message}`)
}

const show: CommandShape = {
  name: 'show',
  summary: 'what a dataset is and what its import has found',
  about: ['Named by id, by the beginning of one, or by name.'],
  examples: [{ line: 'datasets show products', does: 'the dataset of this name' }],
  answers: 'DatasetDetails',
  define: (command) =>
    command
      .argument('<dataset>', 'the id of a dataset, the beginning of one, or its name')
      .action((named: string, options: CommonOptions) =>
        withDatasets(options.dataDir, async (library) => {
          const details = await library.get(await idOf(named, library))
          answer(details, options, () => describe(details))
        }),
      ),
}

export const datasets: CommandDefinition = {
  name: 'datasets',
  group: 'Look',
  summary: 'the datasets of the library',
  about: ['A window that has the data folder open must be closed first.'],
  examples: [{ line: 'datasets', does: 'all of them with size, source and best run' }],
  answers: 'DatasetEntry[]',
  define: (command) =>
    command.action((options: CommonOptions) =>
      withDatasets(options.dataDir, async (library) => {
        const entries = await library.list()
        answer(entries, options, () =>
          alignTable([
            ['dataset', 'name', 'samples', 'classes', 'source', 'runs', 'best'],
            ...entries.map(rowOf),
          ]),
        )
      }),
    ),
  subcommands: [add, show],
}

function rowOf({ id, name, summary, source, runs }: DatasetEntry): string[] {
  const samples = summary && Object.values(summary.splits).reduce((sum, count) => sum + count, 0)
  return [
    id,
    name,
    samples === null ? unknown : String(samples),
    summary ? String(summary.classes.length) : unknown,
    source,
    String(runs.total),
    runs.best ? formatScore(runs.best.mean, 0, 1) : unknown,
  ]
}

/** @throws Problem `dataset-not-found` for none and for several */
async function idOf(named: string, library: DatasetLibrary): Promise<string> {
  const entries = await library.list()
  const exact = entries.filter(({ id, name }) => id === named || name === named)
  const fitting = exact.length > 0 ? exact : entries.filter(({ id }) => id.startsWith(named))
  if (fitting.length === 1) return fitting[0].id
  const ids = fitting.map(({ id }) => id).join(', ')
  const reason = fitting.length === 0 ? 'no id begins like this, and none has this name' : `it may be ${ids}`
  throw new Problem('dataset-not-found', named, reason)
}

function describe({ id, summary, report, source }: DatasetDetails): string[] {
  return [
    ...(summary ? describeDataset({ summary }) : [`Dataset ${id}: it is made on first use`]),
    ...(report ? describeReport(report) : []),
    `In the library as ${id}; its file: ${source}`,
  ]
}
