import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { exporterNames, exportOptions, type ExporterName } from '#contract/export.ts'
import { foldEvents, latest, scoreTable } from '#contract/run/state.ts'
import { exportRun } from '#worker/export/export-run.ts'
import { readConfig, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { vectorFile } from '../../fixtures/onnx-files.ts'
import { putBackbone } from '../../fixtures/put-backbone.ts'
import { essenceOf, runWorker, type WorkerOptions } from '../../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const root = folderForAll()
const table = writeVectorTable(join(root, 'data'))
let reference: string

/** A new run in a data folder of its own, in which a file reads the left modality. */
async function newRun(name: string, taps = ['hidden', 'top'], bytes = vectorFile()): Promise<string> {
  const dataDir = join(root, name)
  const id = await putBackbone(dataDir, 'vectors.onnx', bytes)
  const runs = join(dataDir, 'runs')
  mkdirSync(runs, { recursive: true })
  const { backbones } = smallConfig(table)
  const left = { kind: 'onnx' as const, id, taps, epochs: 12, batchSize: 16, learningRate: 0.03 }
  return createRun(runs, smallConfig(table, { backbones: { ...backbones, left } })).directory
}
const dataDirOf = (directory: string) => join(directory, '..', '..')
const execute = (directory: string, options: Partial<WorkerOptions> = {}) =>
  runWorker({ directory, dataDir: dataDirOf(directory), ...options })
const fileOf = (directory: string, name: string) => {
  const { backbones } = JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')) as {
    backbones: { left: { id: string } }
  }
  return join(dataDirOf(directory), 'backbones', backbones.left.id, name)
}

beforeAll(async () => {
  reference = await newRun('reference')
  await execute(reference)
})

describe('a run with an imported file', () => {
  it('goes to its end, with the taps of the file as features', () => {
    expect(readStatus(reference)).toMatchObject({ state: 'done', problem: null })
    const state = foldEvents(readEvents(reference))
    const left = state.byType.backbone.find(({ modality }) => modality === 'left')!
    expect(left).toMatchObject({ kind: 'onnx', parameters: 4 * 6 + 6 * 3 })
    expect(left.features).toEqual([
      { id: 'left.0', modality: 'left', tap: 'hidden', channels: 6 },
      { id: 'left.1', modality: 'left', tap: 'top', channels: 3 },
    ])
    expect(left.testScore).toBeGreaterThan(1 / 3)
    expect(scoreTable(state).map(({ model }) => model)).toEqual(['left', 'right', 'concatenation', 'derived'])
  })

  it('exports a model that takes the features of the file, and says so', () => {
    const files = latest(foldEvents(readEvents(reference)), 'exported')!.files
    expect(files).toContain(join('exports', 'model', 'model.onnx'))
    const card = JSON.parse(readFileSync(join(reference, 'exports/model/model.json'), 'utf8')) as {
      inputs: Record<string, unknown>
      featureInputs: Record<string, { takes: string; taps: unknown }>
    }
    expect(card.inputs['left'] ?? ['batch', 36]).toEqual(['batch', 36])
    expect(card.featureInputs['left']).toMatchObject({
      takes: expect.stringContaining('not part of this model'),
      taps: [
        { tap: 'hidden', shape: [4, 6] },
        { tap: 'top', shape: [4, 3] },
      ],
    })
  })

  it('is exported in every way, and the ONNX model then holds the file', async () => {
    const hooks = {
      dataDir: dataDirOf(reference),
      signal: new AbortController().signal,
      report: () => {},
    }
    const options = exportOptions.parse({})
    const write = (exporters: ExporterName[]) =>
      exportRun({ directory: reference, folder: join(root, 'out'), exporters, options }, hooks)
    const { parts } = await write([...exporterNames])
    const card = JSON.parse(readFileSync(join(reference, 'exports/model/model.json'), 'utf8')) as {
      inputs: Record<string, unknown>
    }
    const { check } = parts.find(({ exporter }) => exporter === 'onnx')!
    expect(check.includes('left enters raw')).toBe('left' in card.inputs)
  })

  it('has the same events when its features are in the cache', async () => {
    const { directory } = createRun(join(dataDirOf(reference), 'runs'), readConfig(reference))
    await execute(directory)
    expect(essenceOf(directory)).toEqual(essenceOf(reference))
  })

  it('goes on after SIGKILL as if nothing had happened', async () => {
    const { length } = readEvents(reference)
    const broken = await newRun('killed')
    for (const share of [0.1, 0.6]) await execute(broken, { killAfter: Math.ceil(share * length) })
    await execute(broken)
    expect(readStatus(broken).state).toBe('done')
    expect(essenceOf(broken)).toEqual(essenceOf(reference))
  })

  it('refuses to start on a file whose content has changed', async () => {
    const run = await newRun('changed')
    writeFileSync(fileOf(run, 'model.onnx'), vectorFile(4, 9))
    await execute(run)
    expect(readStatus(run)).toMatchObject({ state: 'failed', problem: { code: 'backbone-changed' } })
  })

  it('refuses to go on when the file is gone, and goes on when it is there again', async () => {
    const run = await newRun('gone')
    await execute(run, { cancelAfter: 20, word: 'pause' })
    const path = fileOf(run, 'model.onnx')
    rmSync(path)
    await execute(run)
    expect(readStatus(run)).toMatchObject({ state: 'failed', problem: { code: 'backbone-not-found' } })
    writeFileSync(path, vectorFile())
    await execute(run)
    expect(readStatus(run).state).toBe('done')
    expect(existsSync(join(run, 'result.json'))).toBe(true)
  })

  it.each([
    ['a tensor that the file has not', ['elsewhere'], vectorFile(), 'no tensor elsewhere'],
    [
      'vectors of another length',
      ['top'],
      vectorFile(5),
      'reads vectors of 5 numbers, and the modality has 4',
    ],
  ])('refuses %s', async (name, taps, bytes, detail) => {
    const run = await newRun(name, taps, bytes)
    await execute(run)
    expect(readStatus(run).problem).toMatchObject({
      code: 'bad-configuration',
      detail: expect.stringContaining(detail),
    })
  })
})
