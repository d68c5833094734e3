import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { foldEvents, latest, scoreTable, type RunState } from '#contract/run/state.ts'
import { readEvents } from '#worker/run-directory/read.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from './run-to-end.ts'

/** Milliseconds that the runs may take on a busy machine. */
const patience = 300_000
const root = folderForAll()
const samples = { train: 180, validation: 60, test: 180 }
const classes = 3

let learnt: RunState
let shuffled: RunState[]

beforeAll(async () => {
  const [header, ...rows] = readFileSync(
    writeVectorTable(root, samples.train + samples.validation + samples.test),
    'utf8',
  )
    .trim()
    .split('\n')
  const splits = (['train', 'validation', 'test'] as const).flatMap((split) =>
    Array.from({ length: samples[split] }, () => split),
  )
  const write = (name: string, relabel: (row: string, i: number) => string) => {
    const lines = rows.map((row, i) => `${relabel(row, i)},${splits[i]}`)
    writeFileSync(join(root, name), [`${header},split`, ...lines].join('\n'))
  }
  write('plain.csv', (row) => row)
  learnt = await search('plain.csv')
  shuffled = []
  for (const turn of [0, 1, 2]) {
    // the classes of the rows take turns, so every training class gets each label equally often: they say nothing
    const labelOf = (i: number) => (splits[i] === 'train' ? Math.floor(i / classes) + turn : i) % classes
    write(`turn ${turn}.csv`, (row, i) => row.replace(/class\d/, `class${labelOf(i)}`))
    shuffled.push(await search(`turn ${turn}.csv`))
  }
}, patience)

async function search(name: string): Promise<RunState> {
  const path = join(root, name)
  const { dataset, backbones } = smallConfig(path)
  const config = smallConfig(path, {
    dataset: { ...dataset, split: 'split' } as never,
    backbones: Object.fromEntries(
      Object.entries(backbones).map(([modality, own]) => [
        modality,
        { ...own, epochs: 12, dropout: 0, learningRate: 0.01 },
      ]),
    ),
    search: { epochs: 2, batchSize: 16 },
    training: { epochs: 8, batchSize: 16, repetitions: 2 },
  })
  return foldEvents(readEvents(await runToEnd(root, config)))
}

/** Test scores by model, the backbones' own among them. */
function scoresOf(state: RunState): Record<string, number> {
  const backbones = state.byType.backbone.map(
    ({ modality, testScore }) => [`backbone ${modality}`, testScore] as const,
  )
  return Object.fromEntries([
    ...backbones,
    ...scoreTable(state).map(({ model, mean }) => [model, mean] as const),
  ])
}

/**
 * A network answers samples that lie together alike, so one shuffling may be far from chance by luck. Among three whose
 * labels differ by turns every answer is right once.
 */
it('labels shuffled in training are answered no better than by the majority, true ones far better', () => {
  const { majorityScore, splits } = latest(learnt, 'dataset')!.summary
  expect(splits).toEqual(samples)
  const chance = majorityScore + 3 * Math.sqrt((majorityScore * (1 - majorityScore)) / samples.test)
  const scores = shuffled.map(scoresOf)
  const means = Object.keys(scores[0]).map(
    (model) => [model, scores.reduce((sum, score) => sum + score[model], 0) / scores.length] as const,
  )
  expect(means.filter(([, mean]) => mean >= chance)).toEqual([])
  expect(scoresOf(learnt)['derived']).toBeGreaterThan(chance + 0.2)
})
