import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  exporterNames,
  exporterTexts,
  exportOptions,
  whyNotExportable,
  type ExporterName,
  type ExportOptions,
} from '#contract/export.ts'
import { formatBytes } from '#contract/format.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents, type RunState } from '#contract/run/state.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { readEvents, runPaths } from '#worker/run-directory/read.ts'
import { freeExportName } from '../../exports/export-name.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { doUntilStopped } from '../do-until-stopped.ts'
import { findRun, type FoundRun } from '../find-run.ts'
import { answer } from '../output.ts'

interface Options extends CommonOptions {
  as?: string
  to?: string
  repetition?: string
  epoch?: string
}

const kinds = exporterNames.map((name) => `  ${name.padEnd(10)}${exporterTexts[name].purpose}`)

export const exportCommand: CommandDefinition = {
  name: 'export',
  group: 'Share',
  summary: 'takes the result of a run elsewhere: model, code, picture, report, tables',
  about: [
    'Each part is checked when it is written, and says how. Nothing is ever written over: the folder is new or empty, and appears complete or not at all.',
  ],
  examples: [
    { line: 'export 20260314', does: "all that the run has, into the run's exports" },
    { line: 'export 20260314 --as onnx,report --to ~/model', does: 'two parts, to a folder of your own' },
  ],
  answers: 'ExportRecord with its folder',
  define: (command) =>
    command
      .argument('<run>', 'the id of a run, or the beginning of one')
      .option('--as <names>', 'what to write, separated by commas; all that the run has when left out')
      .option('--to <folder>', "a new or empty folder; one in the run's exports when left out")
      .option('--repetition <number>', 'the trained repetition, from 1; the best on validation when left out')
      .option(
        '--epoch <number>',
        'the search epoch, from 1, for genotype and svg; the kept one when left out',
      )
      .addHelpText('after', `\nWhat can be written:\n${kinds.join('\n')}`)
      .action((run: string, options: Options) => exportRun(findRun(run, options.dataDir), options)),
}

async function exportRun({ id, directory }: FoundRun, options: Options): Promise<void> {
  const state = foldEvents(readEvents(directory))
  const exporters = exportersFrom(options.as, state, id)
  const chosen = exportOptionsFrom(options, state)
  const folder = options.to === undefined ? newFolder(directory) : emptyFolder(options.to)
  const record = await doUntilStopped({ dataDir: options.dataDir, left: 'Nothing was written.' }, 'export', {
    exporters,
    options: chosen,
    directory,
    folder,
  })
  if (!record) return
  answer({ folder, ...record }, options, () => [
    ...record.parts.map(({ exporter, check, files }) => {
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
      return `${exporterTexts[exporter].title} (${formatBytes(bytes)}): ${check}`
    }),
    `Written to ${folder}`,
  ])
}

/** @throws Problem `bad-arguments` for a name that is none, `not-exportable` when there is nothing at all. */
function exportersFrom(names: string | undefined, state: RunState, id: string): ExporterName[] {
  if (names !== undefined) {
    const named = names.split(',').map((name) => name.trim())
    const foreign = named.find((name) => !(exporterNames as string[]).includes(name))
    if (foreign === undefined) return named as ExporterName[]
    throw new Problem('bad-arguments', `--as ${names}`, `"${foreign}" is none of ${exporterNames.join(', ')}`)
  }
  const possible = exporterNames.filter((name) => whyNotExportable(name, state) === null)
  if (possible.length > 0) return possible
  throw new Problem('not-exportable', id, whyNotExportable('report', state)!)
}

function exportOptionsFrom({ repetition, epoch }: Options, state: RunState): ExportOptions {
  const trained = state.byType.model.filter(({ model }) => model === 'derived').length
  return exportOptions.parse({
    repetition: countedFrom('--repetition', repetition, { there: trained, of: 'trained repetitions' }),
    epoch: countedFrom('--epoch', epoch, { there: state.byType['search-epoch'].length, of: 'search epochs' }),
  })
}

/** People count from 1. @throws Problem `bad-arguments` for what is not there */
function countedFrom(
  option: string,
  text: string | undefined,
  { there, of }: { there: number; of: string },
): number | null {
  if (text === undefined) return null
  const counted = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : NaN
  if (counted <= there) return counted - 1
  throw new Problem('bad-arguments', `${option} ${text}`, `the run has ${there} ${of}, counted from 1`)
}

function newFolder(directory: string): string {
  const { exports } = runPaths(directory)
  return join(exports, freeExportName(exports, new Date()))
}

function emptyFolder(named: string): string {
  const folder = resolve(named)
  if (named.trim() === '') throw new Problem('bad-arguments', '--to', 'it names no folder')
  if (existsSync(folder) && !isEmptyFolder(folder))
    throw new Problem(
      'bad-arguments',
      `--to ${named}`,
      'something is there already; name a new or empty folder',
    )
  asDataFolderProblem(folder, () => mkdirSync(dirname(folder), { recursive: true }))
  return folder
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false
    throw error
  }
}
