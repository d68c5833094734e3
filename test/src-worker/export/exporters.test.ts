import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import onnxProto from 'onnx-proto'
import * as ort from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { exporterNames, exportOptions, exportRecord, type ExporterName } from '#contract/export.ts'
import type { VerbProgress } from '#contract/messages.ts'
import { foldEvents, latest, type RunState } from '#contract/run/state.ts'
import { valuesOf, type Dataset } from '#worker/dataset/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { applyPreprocessing, inputShapeOf, preprocessingFile } from '#worker/dataset/preprocess.ts'
import { exportRun } from '#worker/export/export-run.ts'
import { readConfig, readEvents } from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { smallShapesConfig } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from '../run/run-to-end.ts'

const root = folderForAll()
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const target = join(root, 'out', 'everything')

let directory: string
let dataset: Dataset
let state: RunState

beforeAll(async () => {
  directory = await runToEnd(root, smallShapesConfig('sm-shapnas', 2))
  dataset = await loadDataset(readConfig(directory).dataset, { cacheFolder: join(root, 'datasets') })
  state = foldEvents(readEvents(directory))
  mkdirSync(join(root, 'out'))
  await exported([...exporterNames], target)
}, 300_000)

const never = new AbortController().signal
const ignore: (progress: VerbProgress) => void = () => {}
const exported = (
  exporters: ExporterName[],
  folder: string,
  options = {},
  { from = directory, signal = never, report = ignore } = {},
) =>
  exportRun(
    { exporters, folder, options: exportOptions.parse(options), directory: from },
    { dataDir: root, signal, report },
  )

const read = (path: string) => readFileSync(join(target, path))
const text = (path: string) => read(path).toString()

describe('an export', () => {
  it('says what it holds, how large it is and how it was checked', () => {
    const record = exportRecord.parse(JSON.parse(text('export.json')))
    expect(record.parts.map(({ exporter }) => exporter)).toEqual(exporterNames)
    for (const { files, check } of record.parts) {
      expect(check).not.toBe('')
      for (const { path, bytes } of files) expect(read(path)).toHaveLength(bytes)
    }
    const { check } = record.parts[0]
    expect(check).toMatch(/^ONNX Runtime against the engine: \d+ golden samples, largest difference/)
  })

  it('tells how far it is', async () => {
    const told: number[] = []
    await exported(
      ['genotype', 'csv'],
      join(root, 'out', 'told'),
      {},
      { report: ({ done }) => told.push(done) },
    )
    expect(told).toEqual([0, 0.5, 1])
  })

  it('leaves nothing when it is stopped, when one part fails, and when the run has no model yet', async () => {
    const stop = new AbortController()
    const before = readdirSync(join(root, 'out')).sort()
    const stopped = exported(
      ['csv', 'report'],
      join(root, 'out', 'stopped'),
      {},
      {
        signal: stop.signal,
        report: () => stop.abort(),
      },
    )
    await expect(stopped).rejects.toThrow('aborted')
    const missing = exported(['csv', 'onnx'], join(root, 'out', 'missing'), { repetition: 7 })
    await expect(missing).rejects.toMatchObject({ code: 'not-exportable' })
    const { directory: fresh } = createRun(root, readConfig(directory))
    const early = exported(['onnx'], join(root, 'out', 'early'), {}, { from: fresh })
    await expect(early).rejects.toMatchObject({ code: 'not-exportable' })
    expect(readdirSync(join(root, 'out')).sort()).toEqual(before)
  })

  it('gives data and report of a run that has come no further than its search', async () => {
    const { directory: partial } = createRun(join(root, 'runs'), readConfig(directory))
    const writer = RunWriter.open(partial)
    const events = readEvents(directory)
    const searched = events.findIndex(({ type }) => type === 'search-epoch')
    for (const { seq: _seq, at: _at, ...body } of events.slice(0, searched + 1)) writer.append(body)
    writer.close()
    const folder = join(root, 'out', 'partial')
    await exported(['genotype', 'svg', 'report', 'csv'], folder, {}, { from: partial })
    expect(readFileSync(join(folder, 'report', 'report.html'), 'utf8')).toContain('has not been trained yet')
    expect(readdirSync(join(folder, 'csv'))).not.toContain('scores.csv')
  })
})

describe('the ONNX bundle', () => {
  it('reads raw pixels and vectors, and predicts what the run predicted', async () => {
    const session = await ort.InferenceSession.create(read('onnx/model.onnx'))
    const { inputs, classes } = preprocessingFile.parse(JSON.parse(text('onnx/preprocessing.json')))
    const { test } = dataset.splits
    const raw: [fed: Float32Array, all: ArrayLike<number>, size: number][] = []
    const feeds = Object.entries(inputs).map(([name, how]) => {
      const values = valuesOf(dataset, name)
      const data = applyPreprocessing(how, values, test)
      if (values.type !== 'text') raw.push([data, values.data, values.data.length / dataset.samples.length])
      return [name, new ort.Tensor('float32', data, [test.length, ...inputShapeOf(how)])] as const
    })
    expect(raw.length).toBeGreaterThan(0)
    for (const [fed, all, size] of raw)
      expect([...fed]).toEqual(
        test.flatMap((row) => Array.from({ length: size }, (_, i) => all[row * size + i])),
      )
    const { logits } = await session.run(Object.fromEntries(feeds))
    const predicted = test.map((_, i) => {
      const row = [...(logits.data as Float32Array).subarray(3 * i, 3 * i + 3)]
      return row.indexOf(Math.max(...row))
    })
    const told = latest(state, 'predictions')!
    expect(classes).toEqual(told.classes)
    expect(predicted).toEqual(told.predicted)
    await session.release()
  })

  it('tells Netron which run and architecture it is', () => {
    const { metadataProps } = onnxProto.onnx.ModelProto.decode(read('onnx/model.onnx'))
    const properties = Object.fromEntries(metadataProps!.map(({ key, value }) => [key, value]))
    expect(JSON.parse(properties['genotype']!)).toEqual(latest(state, 'searched')!.genotype)
    expect(directory).toContain(properties['shapwright.run'])
    expect(JSON.parse(text('onnx/model.json')).onnx).toEqual({ opset: 17, irVersion: 8 })
  })

  it.each(['everything/onnx', 'run'])(
    'has an example that goes from raw samples to the golden outputs (%s)',
    async (where) => {
      const folder = where === 'run' ? join(directory, 'exports', 'model') : join(root, 'out', where)
      symlinkSync(modules, join(folder, 'node_modules'))
      const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect(stderr).toBe('')
      expect(status).toBe(0)
      expect(stdout).toMatch(/golden inputs: \d+ samples, largest difference/)
      expect(stdout).toMatch(/raw samples: \d+ samples, largest difference/)
      const { test } = dataset.splits
      expect(stdout).toContain(dataset.samples[test[0]].id)
    },
  )

  it('has the same example in Python, whose texts and vectors become the golden inputs', ({ skip }) => {
    const python = '/usr/bin/python3'
    if (spawnSync(python, ['-c', 'import numpy']).status !== 0) skip(`${python} has no numpy`)
    // stands in for ONNX Runtime, which only the comparison of the logits needs
    writeFileSync(join(root, 'onnxruntime.py'), 'def InferenceSession(*_, **__):\n    return None\n')
    const script = [
      'import json, sys, numpy, example',
      'golden = example.read_safetensors(example.HERE / "golden.safetensors")',
      'samples = json.loads((example.HERE / "samples" / "samples.json").read_text())',
      'for name, how in example.DESCRIPTION["inputs"].items():',
      '    if how["type"] != "image":',
      '        mine = numpy.stack([example.preprocess(sample[name], how) for sample in samples])',
      '        assert numpy.abs(mine - golden[name]).max() < 1e-5, name',
      '        print(name, len(samples))',
    ].join('\n')
    const { stdout, stderr } = spawnSync(python, ['-c', script], {
      cwd: join(target, 'onnx'),
      env: { ...process.env, PYTHONPATH: root, PYTHONDONTWRITEBYTECODE: '1' },
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/(caption|measures) \d+/)
  })

  it('can be had of another repetition', async () => {
    const folder = join(root, 'out', 'second')
    await exported(['onnx'], folder, { repetition: 1 })
    const card = JSON.parse(readFileSync(join(folder, 'onnx', 'model.json'), 'utf8'))
    const { testScore } = state.byType.model.find((one) => one.model === 'derived' && one.repetition === 1)!
    expect(card).toMatchObject({ repetition: 1, testScore })
  })
})

it('the genotype is that of the epoch that was asked for', async () => {
  const folder = join(root, 'out', 'first-epoch')
  await exported(['genotype'], folder, { epoch: 0 })
  const found = JSON.parse(readFileSync(join(folder, 'genotype', 'genotype.json'), 'utf8'))
  expect(found).toMatchObject({
    schemaVersion: 1,
    epoch: 1,
    genotype: state.byType['search-epoch'][0].genotype,
  })
  const other = exported(['genotype'], folder, { epoch: 99 })
  await expect(other).rejects.toMatchObject({ code: 'not-exportable' })
})

it('the tables hold every contribution, score and prediction', () => {
  const lines = (name: string) => text(`csv/${name}.csv`).trimEnd().split('\r\n')
  const players = latest(state, 'space')!.players.length
  expect(lines('contributions')).toHaveLength(1 + players * state.byType['search-epoch'].length)
  expect(lines('scores')).toHaveLength(1 + state.byType.model.length)
  expect(lines('predictions')).toHaveLength(1 + dataset.splits.test.length)
})

it('the overlay names nodes that the model file has, and each with the contribution of its operation', () => {
  const { shapwright } = JSON.parse(text('overlay/contributions.overlay.json'))
  const { graph } = onnxProto.onnx.ModelProto.decode(
    readFileSync(join(directory, 'exports/model/model.onnx')),
  )
  const nodes = new Set(graph!.node!.map(({ name }) => name))
  const keys = Object.keys(shapwright.results)
  expect(keys.length).toBeGreaterThan(0)
  expect(keys.filter((key) => !nodes.has(key))).toEqual([])
  const { genotype, epoch } = latest(state, 'searched')!
  const { operation } = genotype.cells[0].nodes[0]
  const { contributions } = state.byType['search-epoch'][epoch].shapley!
  const { phi } = contributions.find(({ id }) => id === `cell0/node0/op/${operation}`)!
  const key = keys.find((name) => name.startsWith(`fusion / cell 0 / step 0 / ${operation} / `))!
  expect(shapwright.results[key].value).toBeCloseTo(100 * phi, 2)
})
