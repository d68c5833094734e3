import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import type { RunConfig } from '#contract/config.ts'
import { formatDuration, formatScore, unknown } from '#contract/format.ts'
import { Problem, reportOf } from '#contract/problem.ts'
import { foldEvents, latest, type RunState } from '#contract/run-state.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { listRuns, livenessOf, readEvents, readResult, readStatus } from '#worker/run-directory/read.ts'
import { changeStatus, createRun } from '#worker/run-directory/write.ts'
import { composeConfig, type SearchOptions } from './cli/compose-config.ts'
import { defineExport } from './cli/export.ts'
import { alignTable, describeArchitecture, describeScores } from './cli/report.ts'
import { discardUnbegun, watchRun } from './cli/watch-run.ts'
import { defaultDataDir } from './data-dir.ts'
import { lockDataFolder } from './lock.ts'
import { printProblem } from './print-problem.ts'
import { OpenRun } from './runs/open-run.ts'
import { runFoldersOf } from './library/folders.ts'
import { rebuildIndex } from './store/index-run.ts'
import { openStore } from './store/open.ts'
import { summaryFromRun } from './store/summary.ts'

interface DataDirOption {
  dataDir: string
}

const print = (line: string) => console.log(line)
const interrupted = 130

/** The command line; sets the exit code: 0 well, 2 a problem that the user can mend, 1 a defect, 130 stopped by Ctrl+C. */
export async function main(args: string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    const report = reportOf(error)
    printProblem(report)
    process.exitCode = report.code === 'internal' ? 1 : 2
  }
}

function createProgram(): Command {
  const program = new Command('shapwright')
    .description('Searches how to fuse the features of several modalities, and explains the choice.')
    .exitOverride()
    .showHelpAfterError()
  const command = (name: string) =>
    program
      .command(name)
      .exitOverride()
      .option('--data-dir <folder>', 'where runs and caches are kept', namedFolder, defaultDataDir())

  command('demo')
    .description('a search on the embedded demo data, from raw images and text to an exported model')
    .option('--seed <number>', 'another seed gives another run')
    .action((options: DataDirOption & SearchOptions) =>
      search(composeConfig(undefined, { ...options, preset: 'demo' }), options.dataDir),
    )
  withSearchOptions(command('search').argument('[config]', 'a JSON file with the settings'))
    .description('a search on your own table or on the demo data')
    .action((file: string | undefined, options: DataDirOption & SearchOptions) =>
      search(composeConfig(file, options), options.dataDir),
    )
  command('resume')
    .argument('<run>', 'the id of a run, or the beginning of one')
    .description('goes on with a run that was stopped or has died')
    .action((id: string, { dataDir }: DataDirOption) => resume(id, dataDir))
  command('list')
    .description('the runs of the data folder, the newest first')
    .action(({ dataDir }: DataDirOption) => list(dataDir))
  command('show')
    .argument('<run>', 'the id of a run, or the beginning of one')
    .description('the architecture of a run, its contributions with bands, and its scores')
    .option('--json', 'the result as JSON, for other programs')
    .action((id: string, { dataDir, json }: DataDirOption & { json?: boolean }) =>
      json ? showResult(id, dataDir) : show(id, dataDir),
    )
  defineExport(command('export'), (run, { dataDir }) => findRun(run, resolve(dataDir)))
  command('rebuild-index')
    .description('makes the index of the window anew from the run directories, which hold everything')
    .action(({ dataDir }: DataDirOption) => rebuild(dataDir))
  return program
}

/** An empty name would be the current folder: a shell's unset variable, hardly a wish. */
function namedFolder(folder: string): string {
  if (folder.trim() === '') throw new Problem('bad-arguments', '--data-dir', 'it names no folder')
  return folder
}

function withSearchOptions(command: Command): Command {
  const collect = (value: string, before: string[] = []) => [...before, value]
  return command
    .option('--preset <name>', 'settings of resources/presets')
    .option('--table <file>', 'a CSV or JSON Lines file, one row a sample')
    .option('--image <column>', 'a column with paths of images (repeatable)', collect)
    .option('--text <column>', 'a column with text (repeatable)', collect)
    .option('--vector <column>', 'a column with vectors of numbers (repeatable)', collect)
    .option('--label <column>', 'the column with the labels')
    .option('--split <column>', 'a column with train, validation or test')
    .option('--group <column>', 'a column whose equal values never cross splits')
    .option('--name <text>', 'a name for the run')
    .option('--seed <number>', 'everything random follows from it')
    .option('--device <name>', 'auto, cpu, webgpu or cuda')
    .option('--threads <number>', 'threads of the engine')
    .option('--set <field=value>', 'any field of the settings, e.g. search.epochs=5 (repeatable)', collect)
}

async function search(config: RunConfig, folder: string): Promise<void> {
  const dataDir = resolve(folder)
  const runsDir = join(dataDir, 'runs')
  asDataFolderProblem(runsDir, () => mkdirSync(runsDir, { recursive: true }))
  const { id, directory } = createRun(runsDir, config)
  try {
    await execute(id, directory, dataDir)
  } catch (error) {
    discardUnbegun(directory)
    throw error
  }
}

async function resume(prefix: string, folder: string): Promise<void> {
  const dataDir = resolve(folder)
  const { id, directory } = findRun(prefix, dataDir)
  const { state, process: holder } = readStatus(directory)
  if (state === 'done') throw new Problem('run-not-resumable', id, 'it is done')
  if (state === 'running' && holder && livenessOf(holder) === 'alive')
    throw new Problem('run-not-resumable', id, `process ${holder.pid} is working on it`)
  // The terminal takes the run out of the queue of a window.
  changeStatus(directory, () => ({ queuedAt: null }))
  await execute(id, directory, dataDir)
}

async function execute(id: string, directory: string, dataDir: string): Promise<void> {
  const began = Date.now()
  const { state, outcome } = await watchRun(directory, dataDir, print)
  if (outcome === 'cancelled') {
    print(`Stopped at a checkpoint. To go on: npm run shapwright -- resume ${id}`)
    process.exitCode = interrupted
    return
  }
  for (const line of ['', ...describeArchitecture(state), '', ...describeScores(state), '']) print(line)
  print(`Done in ${formatDuration(Date.now() - began)}.`)
  printWhereabouts(state, id, directory)
}

function printWhereabouts(state: RunState, id: string, directory: string): void {
  const model = latest(state, 'exported')?.files.find((file) => file.endsWith('.onnx'))
  if (model) print(`The model file: ${join(directory, model)}`)
  print(`To see the run in a window: npm start, then open run ${id}`)
}

function list(folder: string): void {
  const runsDir = join(resolve(folder), 'runs')
  const rows = runsOf(runsDir)
    .toReversed()
    .map((id) => describeRun(runsDir, id))
  if (rows.length === 0) print('No runs yet. `npm run demo` makes the first one.')
  else alignTable([['run', 'state', 'dataset', 'strategy', 'test score'], ...rows]).forEach(print)
}

/** The row of a run; a damaged one says what is wrong with it on standard error and hides no other. */
function describeRun(runsDir: string, id: string): string[] {
  try {
    const run = new OpenRun(runsDir, id)
    run.readOn()
    const { state, dataset, strategy, score } = summaryFromRun(run)
    const shown = score ? formatScore(score.mean, score.deviation, score.repetitions) : unknown
    return [id, state, dataset, strategy, shown]
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    printProblem(error.report())
    return [id, 'damaged', unknown, unknown, unknown]
  }
}

/** @throws Problem `file-unreadable` where the folder is no folder, or may not be read. */
function runsOf(runsDir: string): string[] {
  try {
    return listRuns(runsDir)
  } catch (error) {
    throw new Problem('file-unreadable', runsDir, (error as Error).message, { cause: error })
  }
}

function show(prefix: string, folder: string): void {
  const { id, directory } = findRun(prefix, resolve(folder))
  const state = foldEvents(readEvents(directory))
  print(`Run ${id}: ${readStatus(directory).state}`)
  for (const line of ['', ...describeArchitecture(state), '', ...describeScores(state)]) print(line)
  printWhereabouts(state, id, directory)
}

/** @throws Problem `run-not-found`, also for a run that has no result yet. */
function showResult(prefix: string, folder: string): void {
  const { id, directory } = findRun(prefix, resolve(folder))
  const result = readResult(directory)
  if (result === null) throw new Problem('run-not-found', id, 'it has no result yet')
  print(JSON.stringify(result, null, 2))
}

async function rebuild(folder: string): Promise<void> {
  const dataDir = resolve(folder)
  const lock = await lockDataFolder(dataDir)
  try {
    const store = await openStore(dataDir, { report: printProblem })
    try {
      const { indexed, damaged } = rebuildIndex(store, runFoldersOf(dataDir))
      print(`The index holds ${indexed} runs.`)
      for (const problem of damaged) printProblem(problem.report())
    } finally {
      store.close()
    }
  } finally {
    await lock.release()
  }
}

/** @throws Problem `run-not-found` when no run, or more than one, begins like this. */
function findRun(prefix: string, dataDir: string): { id: string; directory: string } {
  const runsDir = join(dataDir, 'runs')
  const ids = runsOf(runsDir).filter((id) => id.startsWith(prefix))
  if (ids.length === 1) return { id: ids[0], directory: join(runsDir, ids[0]) }
  const reason =
    ids.length === 0 ? `no run of ${dataDir} begins like this` : `${ids.length} runs begin like this`
  throw new Problem('run-not-found', prefix, reason)
}
