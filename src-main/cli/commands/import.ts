import { resolve } from 'node:path'
import type { ImportReport } from '#contract/calls/runs.ts'
import { findRuns } from '../../library/find-runs.ts'
import { runFoldersOf } from '../../library/folders.ts'
import { importRuns } from '../../library/import-run.ts'
import { printProblem } from '../../print-problem.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { answer, failSoftly } from '../output.ts'

export const importCommand: CommandDefinition = {
  name: 'import',
  group: 'Share',
  summary: 'copies runs that were made elsewhere into the data folder',
  about: [
    'The folder is the directory of a run, or holds several, as a data folder does. What is here already is not copied again; another run of the same name stays, and the copy gets a new id.',
    'Every run is tried; when one was refused the exit code is 2. An open window sees the new runs by itself.',
  ],
  examples: [
    { line: 'import ~/from-the-cluster/runs', does: 'all runs of a folder' },
    { line: 'import /mnt/stick/20260314-150926-535-x7k2mq', does: 'a single run' },
  ],
  answers: 'ImportReport',
  define: (command) =>
    command.argument('<folder>', 'the directory of a run, or a folder of several').action(importFolder),
}

async function importFolder(folder: string, options: CommonOptions): Promise<void> {
  const report = await importRuns(findRuns(resolve(folder)), runFoldersOf(options.dataDir))
  for (const { problem } of report.refused) printProblem(problem)
  answer(report, options, () => describe(report))
  if (report.refused.length > 0) failSoftly()
}

const describe = ({ imported, present, refused }: ImportReport): string[] => [
  ...imported.map(({ id, from }) => (id === from ? `imported ${id}` : `imported ${from} as ${id}`)),
  ...present.map(({ id }) => `here already: ${id}`),
  ...refused.map(({ from }) => `refused ${from}`),
]
