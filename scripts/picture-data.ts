import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseRunConfig, type RunConfigInput } from '#contract/config.ts'
import type { DatasetSpec, TableSettings } from '#contract/dataset.ts'
import { configOfPreset } from '#contract/config/preset.ts'
import { ownRequest } from '#contract/shapley/valuation.ts'
import { whatIfRequest } from '#contract/what-if/record.ts'
import type { Workbench } from '#main/workbench.ts'
import { allRuns } from '../test/fixtures/all-runs.ts'
import { grantFile } from '../test/fixtures/grant-file.ts'
import { imageFile } from '../test/fixtures/onnx-files.ts'
import { smallConfig, writeVectorTable } from '../test/fixtures/small-run.ts'

type Handlers = Workbench['handlers']

const columns: Omit<TableSettings, 'label' | 'modalities'> = {
  imageSize: 48,
  salt: 'table-v1',
  unusableRows: 'refuse',
}

/**
 * Brings about what the pictures show, as far as a data folder lacks it: a demo run and one of several labels, imported
 * tables and networks, a study of strategies and widths, runs that went wrong and were given up. Takes about a quarter of
 * an hour on two cores.
 */
export async function fillForPictures(handlers: Handlers, dataDir: string): Promise<void> {
  const { rows } = await handlers['runs.query'](allRuns)
  const start = async (name: string, config: RunConfigInput) => {
    if (rows.some((run) => run.name === name)) return
    await handlers['runs.start'](parseRunConfig({ ...config, name }, name))
  }
  const presets = await handlers['presets.list']()
  for (const name of ['demo', 'icons'])
    await start(name, configOfPreset(presets.find((preset) => preset.name === name)!))

  const shapesPlace = ['Started in', 'test', 'fixtures', 'table', 'shapes.csv']
  await importOnce(handlers, 'toy shapes', shapesPlace, {
    ...columns,
    label: 'shape',
    group: 'family',
    modalities: {
      pictures: { column: 'picture', type: 'image' },
      captions: { column: 'caption', type: 'text' },
      measures: { column: 'measures', type: 'vector' },
    },
  })
  writeVectorTable(join(dataDir, 'tables'), 480)
  const sensors = await importOnce(handlers, 'two sensors', ['Data folder', 'tables', 'vectors.csv'], {
    ...columns,
    label: 'label',
    modalities: { left: { column: 'left', type: 'vector' }, right: { column: 'right', type: 'vector' } },
  })
  if ((await handlers['backbones.list']()).length === 0) {
    writeFileSync(join(dataDir, 'tables', 'tiny-vision.onnx'), imageFile())
    const file = await grantFile(handlers, 'Data folder', 'tables', 'tiny-vision.onnx')
    await handlers['backbones.import'](file, 'tiny-vision')
  }
  const quick: RunConfigInput = {
    ...smallConfig('replaced by the dataset', { search: { epochs: 6, batchSize: 16 } }),
    valuation: { samplesNormal: 6, samplesSparse: 10, budgetWarmup: 2, batchSize: 64 },
    training: { epochs: 6, batchSize: 16, repetitions: 3 },
    dataset: sensors,
  }
  await start('learning rate 1e6', { ...quick, search: { ...quick.search, learningRate: 1e6 } })
  await start('too long', { ...quick, search: { epochs: 200 } })
  if ((await handlers['studies.list']()).length === 0) await queueStudy(handlers, quick)
  await ended(handlers)
  await handlers['datasets.refresh']('emoji8', 'samples-for-pictures')
  await revalue(handlers)
  await trySwaps(handlers)
  await annotate(handlers)
}

/** Swaps of the demo run's architecture, so that predicted and measured can be compared. */
async function trySwaps(handlers: Handlers): Promise<void> {
  const { rows } = await handlers['runs.query'](allRuns)
  const { id } = rows.find(({ name, state }) => name === 'demo' && state === 'done')!
  if ((await handlers['whatIf.list'](id)).records.length > 0) return
  await handlers['whatIf.start'](id, whatIfRequest.parse({ choice: { kind: 'random', count: 20 } }))
}

/** The demo run's φ once more, four times as sharp. */
async function revalue(handlers: Handlers): Promise<void> {
  const { rows } = await handlers['runs.query'](allRuns)
  const { id } = rows.find(({ name, state }) => name === 'demo' && state === 'done')!
  if ((await handlers['valuations.list'](id)).revaluations.length > 0) return
  const { config } = await handlers['runs.get'](id)
  const limits = { permutations: null, evaluations: 2000 }
  await handlers['valuations.start'](id, { ...ownRequest(config), ...limits, estimator: 'antithetic' })
}

/** What a run's configuration says to use the table. */
async function importOnce(
  handlers: Handlers,
  name: string,
  [root, ...parts]: string[],
  settings: TableSettings,
): Promise<DatasetSpec> {
  const grant = await grantFile(handlers, root, ...parts)
  const known = (await handlers['datasets.list']()).find((dataset) => dataset.name === name)
  if (known) return known.spec
  const id = await handlers['datasets.import'](grant, settings, name, 'import-for-pictures')
  return (await handlers['datasets.get'](id!)).spec
}

async function queueStudy(handlers: Handlers, base: RunConfigInput): Promise<void> {
  const strategies = ['sm-shapnas', 'darts', 'random'].map((strategy) => ({
    label: strategy,
    changes: { 'search.strategy': strategy },
  }))
  const widths = [4, 8].map((channels) => ({
    label: String(channels),
    changes: { 'space.channels': channels },
  }))
  await handlers['studies.create']({
    name: 'strategies by width',
    base: parseRunConfig(base, 'study'),
    axes: [
      { title: 'Strategy', values: strategies },
      { title: 'Fusion: Channels', values: widths },
    ],
    seeds: [1, 2, 3],
  })
}

/** Waits until all runs have ended, and gives up the one that would take too long once it has begun its search. */
async function ended(handlers: Handlers): Promise<void> {
  for (;;) {
    const { active } = await handlers['runs.overview']()
    if (active.length === 0) return
    const long = active.find(
      ({ name, state, done }) => name === 'too long' && state === 'running' && done > 0.1,
    )
    if (long) await handlers['runs.cancel'](long.id)
    await wait(1000)
  }
}

async function annotate(handlers: Handlers): Promise<void> {
  const { rows } = await handlers['runs.query'](allRuns)
  const demo = rows.filter(({ name }) => name === 'demo').map(({ id }) => id)
  const notes = 'Text and image together beat either alone; the deep features carry it.'
  await handlers['runs.annotate'](demo, { addTags: ['first look'], notes })
  const ofStudy = rows.filter(({ study, seed }) => study !== null && seed === 1).map(({ id }) => id)
  await handlers['runs.annotate'](ofStudy, { addTags: ['paper'] })
}
