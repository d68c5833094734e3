import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { foldEvents, scoreTable, type RunState } from '#contract/run/state.ts'
import { composeConfig } from '#main/cli/compose-config.ts'
import { watchRun } from '#main/cli/watch-run.ts'
import { defaultDataDir } from '#main/data-dir.ts'
import { readEvents } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { type Benchmark, countFrom } from '../benchmark.ts'
import { type Estimate, type RunScores, scoresOf, summariseScores } from './demo-score/summarise-scores.ts'

const targets = { overModality: 0.04, overConcatenation: 0 }

export const demoScore: Benchmark = {
  name: 'demo-score',
  about:
    'test accuracy of the demo over five splits: the derived architecture against its parts; about twenty minutes',
  usage: '[--salts 1,2,3,4,5] [--repetitions 3] [--data-dir FOLDER] [--set FIELD=VALUE]...',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        salts: { type: 'string', default: '1,2,3,4,5' },
        repetitions: { type: 'string', default: '3' },
        'data-dir': { type: 'string', default: defaultDataDir() },
        set: { type: 'string', multiple: true, default: [] },
      },
    })
    const salts = values.salts.split(',').map((salt) => countFrom('salts', salt))
    const repetitions = countFrom('repetitions', values.repetitions)
    const scores: RunScores[] = []
    for (const salt of salts) {
      const settings = [
        `dataset.salt="emoji8-v${salt}"`,
        `training.repetitions=${repetitions}`,
        ...values.set,
      ]
      const state = await runDemo(resolve(values['data-dir']), settings)
      console.log(JSON.stringify({ salt, settings, ...rawScores(state) }))
      scores.push(scoresOf(state))
    }
    const { derived, overModality, overConcatenation } = summariseScores(scores)
    const figures = [
      `test accuracy ${formatEstimate(derived)}`,
      `over the better modality ${formatEstimate(overModality)} (target at least ${targets.overModality})`,
      `over concatenation ${formatEstimate(overConcatenation)} (target: all of it above ${targets.overConcatenation})`,
    ]
    return {
      figure: `${salts.length} splits × ${repetitions} repetitions, 95 % intervals: ${figures.join('; ')}`,
      met: overModality.mean >= targets.overModality && overConcatenation.low > targets.overConcatenation,
    }
  },
}

/** Executes the demo from raw data to its end in a worker of its own; what happens goes to standard error. */
async function runDemo(dataDir: string, settings: string[]): Promise<RunState> {
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir, { recursive: true })
  const { directory } = createRun(runsDir, composeConfig(undefined, { preset: 'demo', set: settings }))
  const { outcome } = await watchRun(directory, dataDir, (line) => console.error(line))
  if (outcome !== 'done') throw new Error(`${directory} was stopped`)
  return foldEvents(readEvents(directory))
}

function rawScores(state: RunState) {
  return {
    backbones: state.byType.backbone.map(({ modality, testScore }) => ({ modality, testScore })),
    models: scoreTable(state).map(({ model, scores, parameters }) => ({ model, scores, parameters })),
  }
}

const formatEstimate = ({ mean, low, high }: Estimate) =>
  `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`
