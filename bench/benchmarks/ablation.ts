import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import { putSetting } from '#contract/config/setting-path.ts'
import { expandStudy, pointsOf } from '#contract/config/study.ts'
import { composeStudy } from '#main/cli/compose-study.ts'
import { defaultDataDir } from '#main/data-dir.ts'
import { type Benchmark, countFrom } from '../benchmark.ts'
import { describeAblation, signed } from './ablation/describe-ablation.ts'
import { finishRun, resultOf, type RowResult } from './ablation/run-row.ts'
import { contrast, summariseRow } from './ablation/summarise-rows.ts'

/** Beside the preset demo: a reduced but equal budget for every row, chosen for time and by no score. */
const budget = [
  'space.channels=16',
  'search.epochs=6',
  'valuation.samplesNormal=10',
  'valuation.samplesSparse=20',
  'valuation.budgetWarmup=3',
  'training.epochs=20',
  'training.repetitions=2',
]

/** What a dataset needs beside that. */
const ofDataset: Record<string, readonly string[]> = {
  emoji8: ['backbones.image={"kind":"cnn","epochs":10}'],
  icons18: ['backbones.image={"kind":"cnn","epochs":10}'],
}

/** What the paper's ablation claims, and what the controls ask; by the words before the colon in the study preset. */
const contrasts = [
  ['Shapley', 'Baseline'],
  ['Sparse', 'Baseline'],
  ['SM-ShapNAS', 'Baseline'],
  ['SM-ShapNAS', 'Sparse'],
  ['SM-ShapNAS', 'Random'],
  ['SM-ShapNAS', 'Noise'],
] as const
const rows = new Set<string>(contrasts.flat())

export const ablation: Benchmark = {
  name: 'ablation',
  about:
    'test scores of the rows of Table 6 and two controls, paired over seeds; goes on where it was ended; an hour a dataset',
  usage: '[--datasets emoji8,icons18] [--seeds 5] [--data-dir FOLDER] [--threads 2] [--set FIELD=VALUE]...',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        datasets: { type: 'string', default: 'emoji8' },
        seeds: { type: 'string', default: '5' },
        'data-dir': { type: 'string', default: defaultDataDir() },
        threads: { type: 'string', default: '2' },
        set: { type: 'string', multiple: true, default: [] },
      },
    })
    const seeds = countFrom('seeds', values.seeds)
    const figures: string[] = []
    let met = true
    for (const dataset of values.datasets.split(',')) {
      const settings = [
        ...budget,
        ...(ofDataset[dataset] ?? []),
        `threads=${countFrom('threads', values.threads)}`,
        ...values.set,
      ]
      const results = await runRows(resolve(values['data-dir']), dataset, seeds, settings)
      const [random, noise] = ['Random', 'Noise'].map((less) => contrast(['SM-ShapNAS', less], results)!)
      figures.push(
        `${dataset}: SM-ShapNAS over random ${signed(random.mean)}, over noise ${signed(noise.mean)} in test score`,
      )
      met &&= [random, noise].every(({ band }) => band !== null && band.low > 0)
    }
    return { figure: `${figures.join('; ')} (target: both bands above 0)`, met }
  },
}

/** All rows of one seed before the next seed: whatever is done can be compared. */
async function runRows(
  dataDir: string,
  dataset: string,
  seeds: number,
  settings: string[],
): Promise<RowResult[]> {
  const plan = composeStudy(undefined, {
    preset: 'table-6',
    base: 'demo',
    name: `ablation ${dataset}`,
    seeds: `1-${seeds}`,
    set: settings,
  })
  const names = pointsOf(plan.axes).map(({ labels: [label] }) => label.split(':')[0])
  const runs = expandStudy(plan).filter(({ point }) => rows.has(names[point]))
  const results: RowResult[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    let sibling: string | null = null
    for (const { point, config } of runs.filter((run) => run.seed === seed)) {
      const { directory, state, reused } = await finishRun(dataDir, onSplit(config, dataset), sibling)
      sibling ??= directory
      const result = resultOf(names[point], config, state)
      results.push(result)
      console.log(JSON.stringify({ dataset, directory, reused, ...result }))
    }
    const summaries = [...Map.groupBy(results, ({ row }) => row)].map(([row, own]) => summariseRow(row, own))
    const found = contrasts.flatMap((pair) => contrast(pair, results) ?? [])
    console.log(`\n${dataset}, ${seed} of ${seeds} seeds\n\n${describeAblation(summaries, found)}\n`)
  }
  return results
}

/** Every seed has a split of its own, which no other measurement has looked at. */
function onSplit(config: RunConfig, dataset: string): RunConfig {
  const own: object = structuredClone(config)
  putSetting(own, 'dataset', { kind: dataset, salt: `${dataset}-ablation${config.seed}` })
  return parseRunConfig(own, `dataset ${dataset}`)
}
