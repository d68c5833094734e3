import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunConfigInput } from '#contract/config.ts'
import { exportOptions } from '#contract/export.ts'
import { foldEvents, latest, scoreTable, type RunState } from '#contract/run/state.ts'
import { exportRun } from '#worker/export/export-run.ts'
import { readEvents, readResult, readStatus } from '#worker/run-directory/read.ts'
import { decodeSafetensors } from '#worker/run-directory/safetensors.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { countClasses, f1Of, weightedF1Of } from '#worker/training/metrics/f1.ts'
import { labelledConfig, labelNames, writeLabelledTable } from '../../fixtures/labelled-table.ts'
import { essenceOf, runWorker, type WorkerOptions } from '../../fixtures/run-worker.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from './run-to-end.ts'

/** Milliseconds that the runs may take on a busy machine. */
const patience = 300_000
const root = folderForAll()
const samples = 400
const table = writeLabelledTable(join(root, 'data'), samples)
let reference: string
let state: RunState

function newRun(name: string, path = table, changes: Partial<RunConfigInput> = {}): string {
  const runs = join(root, name, 'runs')
  mkdirSync(runs, { recursive: true })
  return createRun(runs, labelledConfig(path, changes)).directory
}

const execute = (directory: string, options: Partial<WorkerOptions> = {}) =>
  runWorker({ directory, dataDir: join(directory, '..', '..'), ...options })

beforeAll(async () => {
  reference = await runToEnd(join(root, 'reference'), labelledConfig(table))
  state = foldEvents(readEvents(reference))
}, patience)

describe('a run on samples with several labels', () => {
  it('learns from both modalities what neither tells alone, and scores it by weighted F1', () => {
    const { summary } = latest(state, 'dataset')!
    expect(summary).toMatchObject({ task: 'multi-label', meanLabels: 1.5 })
    // every label is on half of the samples, so always answering all of them has precision 1/2 and recall 1
    expect(summary.majorityScore).toBeCloseTo(2 / 3, 10)
    const scores = Object.fromEntries(scoreTable(state).map(({ model, mean }) => [model, mean]))
    expect(scores['derived']).toBeGreaterThan(0.85)
    expect(scores['derived']).toBeGreaterThan(Math.max(scores['caption'], scores['measures']))
  })

  it('tells the answers of the exported model, and the figures that follow from them', () => {
    const told = latest(state, 'predictions')!
    expect(told).toMatchObject({ task: 'multi-label', classes: labelNames, labels: [], predicted: [] })
    const counts = countClasses(told.predictedSets!, told.labelSets!, labelNames.length)
    expect(told.labelSets).toHaveLength(samples / 5)
    expect(told.perClass!.map(({ f1, support }) => [f1, support])).toEqual(
      counts.map((own) => [f1Of(own), own.support]),
    )
    const derived = state.byType.model.filter(({ model }) => model === 'derived')
    expect(derived.map(({ testScore }) => testScore)).toContainEqual(
      expect.closeTo(weightedF1Of(counts), 10) as number,
    )
    for (const { testScore, testWeightedF1, testMeanAveragePrecision } of derived) {
      expect(testWeightedF1).toBe(testScore)
      expect(testMeanAveragePrecision).toBeGreaterThan(0.85)
    }
  })

  it('tells how reliable the probabilities of all labels are, and writes the temperature down', () => {
    const { temperature, before, after } = latest(state, 'calibration')!
    for (const { errorByChance } of [before, after]) expect(errorByChance).toBeGreaterThan(0)
    for (const { bins } of [before, after])
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe((samples / 5) * labelNames.length)
    const card = JSON.parse(readFileSync(join(reference, 'exports', 'model', 'model.json'), 'utf8'))
    expect(card).toMatchObject({
      task: 'multi-label',
      score: 'weighted F1',
      calibrationTemperature: temperature,
    })
    expect(readResult(reference)).toMatchObject({
      score: 'weighted F1',
      alphaDistance: latest(state, 'search-epoch')!.alphaDistance,
      calibration: { temperature },
    })
  })

  it('exports a model whose scores are each a sigmoid, with an example that names every label', () => {
    const folder = join(reference, 'exports', 'model')
    const path = join(folder, 'golden.safetensors')
    const { logits, scores } = decodeSafetensors(readFileSync(path), path).tensors
    expect(scores.shape).toEqual([16, labelNames.length])
    logits.data.forEach((logit, i) =>
      expect(scores.data[i]).toBeCloseTo(1 / (1 + Math.exp(-Number(logit))), 5),
    )
    symlinkSync(
      fileURLToPath(new URL('../../../node_modules', import.meta.url)),
      join(folder, 'node_modules'),
    )
    const { stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' })
    expect(stderr).toBe('')
    const { classes, labelSets, predictedSets } = latest(state, 'predictions')!
    const listed = stdout.split('\n').filter((line) => line.startsWith('row '))
    expect(listed).toHaveLength(16)
    listed.forEach((line, i) => {
      const names = (labels: readonly number[]) => labels.map((label) => classes[label])
      const [told, answered] = line.split('): ')
      expect(told.endsWith(`(${names(labelSets![i]).join(', ')}`)).toBe(true)
      const expected = names(predictedSets![i])
      expect(answered.replaceAll(/ \d+ %/g, '')).toBe(expected.join(', ') || 'no class')
    })
  })

  it('can be exported again from its directory, as ONNX that reads raw vectors, PyTorch, tables and a report', async () => {
    const folder = join(root, 'exported')
    const exporters = ['onnx', 'pytorch', 'csv', 'report'] as const
    const task = { directory: reference, folder, exporters: [...exporters], options: exportOptions.parse({}) }
    await exportRun(task, { dataDir: root, signal: new AbortController().signal, report: () => {} })
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    expect(JSON.parse(read('onnx/preprocessing.json'))).toMatchObject({ task: 'multi-label', threshold: 0.3 })
    expect(JSON.parse(read('onnx/model.json')).calibrationTemperature).toBe(
      latest(state, 'calibration')!.temperature,
    )
    expect(read('pytorch/example.py')).toContain('torch.sigmoid')
    expect(read('csv/predictions.csv')).toContain('all correct')
    expect(read('report/report.html')).toContain('weighted F1')
  })

  it('goes on after SIGKILL as if nothing had happened', async () => {
    const { length } = readEvents(reference)
    const broken = newRun('killed')
    for (const share of [0.1, 0.6]) await execute(broken, { killAfter: Math.ceil(share * length) })
    await execute(broken)
    expect(readStatus(broken).state).toBe('done')
    expect(essenceOf(broken)).toEqual(essenceOf(reference))
  })

  it('is searched by gradient as well', async () => {
    const other = await runToEnd(
      join(root, 'darts'),
      labelledConfig(table, {
        search: { strategy: 'darts', epochs: 2, batchSize: 16 },
        training: { epochs: 1, batchSize: 16, repetitions: 1 },
      }),
    )
    const epochs = foldEvents(readEvents(other)).byType['search-epoch']
    expect(epochs.at(-1)!.alphaDistance).toBeGreaterThan(0)
    // an answer of one half for every label has the loss log 2
    expect(epochs.at(-1)!.trainLoss).toBeLessThan(Math.LN2)
  })

  it('values its players by another metric where it is told to, and still scores as before', async () => {
    const other = newRun('another metric', table, {
      valuation: {
        samplesNormal: 2,
        samplesSparse: 3,
        budgetWarmup: 1,
        batchSize: 24,
        metric: 'cross-entropy',
      },
    })
    await execute(other)
    const [first, own] = [state, foldEvents(readEvents(other))].map(({ byType }) => byType['search-epoch'][0])
    expect(own.metric).toBe('cross-entropy')
    // the first epoch's weights are the same: so is the score, while v(N) is another figure
    expect(own.supernetScore).toBe(first.supernetScore)
    expect(first.shapley!.grand).toBe(first.supernetScore)
    expect(own.shapley!.grand).not.toBe(own.supernetScore)
  })
})

it(
  'labels shuffled in training are answered no better than by base rates',
  async () => {
    // each training sample gets the labels of another, far enough off to have any combination
    const shuffled = writeLabelledTable(
      join(root, 'shuffled'),
      samples,
      (row) => (row + Math.floor(row / 8)) % 8,
    )
    const run = newRun('shuffled labels', shuffled)
    await execute(run)
    const told = foldEvents(readEvents(run))
    const { majorityScore } = latest(told, 'dataset')!.summary
    for (const { testScore } of [...told.byType.model, ...told.byType.backbone])
      expect(testScore).toBeLessThan(majorityScore + 0.03)
  },
  patience,
)
