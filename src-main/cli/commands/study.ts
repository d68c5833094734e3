import { mkdirSync } from 'node:fs'
import { expandStudy, type StudyPlan } from '#contract/config/study.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { runFoldersOf } from '../../library/folders.ts'
import { printProblem } from '../../print-problem.ts'
import { makeStudyRuns, newStudy } from '../../studies/make-study-runs.ts'
import { listStudies } from '../../studies/study-files.ts'
import { summariseStudy } from '../../studies/summarise-study.ts'
import type { CommandDefinition, CommandShape, CommonOptions } from '../command.ts'
import { composeStudy, type StudyOptions } from '../compose-study.ts'
import { describeStudies, describeStudy } from '../describe-study.ts'
import { findStudy, readStudyDetails, studyOfPlan } from '../find-study.ts'
import { answer, failSoftly, interrupted, note, print } from '../output.ts'
import { collect, withSettingOptions, withTableOptions } from '../search-options.ts'
import { discardUnbegunStudy, workStudy } from '../work-study.ts'

const show: CommandShape = {
  name: 'show',
  summary: 'what a study has come to: every point with its mean test score',
  about: ['Named by id, by the beginning of one, or by name.'],
  examples: [{ line: 'study show 20260314', does: 'the study whose id begins like this' }],
  answers: 'StudyDetails',
  define: (command) =>
    command
      .argument('<study>', 'the id of a study, the beginning of one, or its name')
      .action((named: string, options: CommonOptions) => {
        const details = readStudyDetails(findStudy(named, options.dataDir), options.dataDir)
        answer(details, options, () => describeStudy(details))
      }),
}

const list: CommandShape = {
  name: 'list',
  summary: 'the studies of the data folder, the newest first',
  about: [],
  examples: [{ line: 'study list', does: 'all studies, and how many of their runs are done' }],
  answers: 'StudySummary[]',
  define: (command) =>
    command.action((options: CommonOptions) => {
      const { dataDir } = options
      const rows = listStudies(dataDir, printProblem).map((study) =>
        summariseStudy(study, readStudyDetails(study, dataDir).runs),
      )
      answer(rows, options, () => describeStudies(rows))
    }),
}

export const study: CommandDefinition = {
  name: 'study',
  group: 'Search',
  summary: 'a grid of searches over settings and seeds, worked off one after the other',
  about: [
    'A study is described by a JSON file (name, base, axes, seeds; docs/guide/studies.md), or by a preset or --vary over a base.',
    'Ctrl+C stops at a checkpoint, and the same command goes on. A run that fails is told, and the others are done.',
  ],
  examples: [
    { line: 'study --preset table-6 --base demo', does: "the paper's ablation, on the demo data" },
    {
      line: 'study --base demo --vary search.epochs=5,10 --vary space.cells=1,2 --seeds 1-5',
      does: 'four points with five seeds each',
    },
    { line: 'study my-study.json', does: 'the study of a file' },
  ],
  answers: 'StudyDetails',
  define(command) {
    command
      .argument('[file]', 'a JSON file with the study')
      .option('--preset <name>', 'what varies, of resources/presets/studies: table-6')
      .option(
        '--vary <field=values>',
        'what varies, e.g. search.epochs=5,10; lists as JSON, ["sum","glu"],["sum","concat"] (repeatable)',
        collect,
      )
      .option('--seeds <numbers>', 'e.g. 1-5 or 1,2,7; those of the preset, or 1-3, when left out')
      .option('--base <name>', 'a file or preset of settings that every run starts from')
      .option('--again', 'a new study, though one of exactly this grid is there')
    withSettingOptions(withTableOptions(command)).action(runStudy)
  },
  subcommands: [list, show],
}

type Options = CommonOptions & StudyOptions & { again?: boolean }

async function runStudy(file: string | undefined, options: Options): Promise<void> {
  const { dataDir } = options
  const tell = options.json ? note : print
  const plan = composeStudy(file, options)
  const known = options.again ? null : studyOfPlan(plan, dataDir)
  const made = known ?? makeStudy(plan, dataDir)
  tell(`Study ${made.id}: ${known ? 'going on' : `${made.runs.length} runs`}`)
  try {
    const { stopped, left } = await workStudy(made, dataDir, tell)
    if (stopped) {
      tell('Stopped at a checkpoint. To go on, give the same command again.')
      process.exitCode = interrupted
    } else if (left > 0) failSoftly()
  } catch (error) {
    discardUnbegunStudy(made, dataDir)
    throw error
  }
  const details = readStudyDetails(made, dataDir)
  answer(details, options, () => ['', ...describeStudy(details)])
}

function makeStudy(plan: StudyPlan, dataDir: string) {
  const { runsDir } = runFoldersOf(dataDir)
  asDataFolderProblem(runsDir, () => mkdirSync(runsDir, { recursive: true }))
  const wanted = expandStudy(plan)
  return makeStudyRuns({ dataDir, runsDir }, newStudy(plan), wanted, { inQueue: false }).study
}
