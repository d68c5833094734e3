import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import onnxProto from 'onnx-proto'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { latest, foldEvents } from '#contract/run/state.ts'
import { valuesOf, type Dataset } from '#worker/dataset/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { applyPreprocessing, inputShapeOf, preprocessingFile } from '#worker/dataset/preprocess.ts'
import { readConfig, readEvents } from '#worker/run-directory/read.ts'
import { decodeSafetensors } from '#worker/run-directory/safetensors.ts'
import { smallShapesConfig } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from '../run/run-to-end.ts'

/** Milliseconds that the runs may take on a busy machine. */
const patience = 300_000
const root = folderForAll()
const python = '/usr/bin/python3'

let directory: string
let dataset: Dataset
let session: ort.InferenceSession

const file = (name: string) => join(directory, 'exports', 'model', name)
const json = (name: string) => JSON.parse(readFileSync(file(name), 'utf8'))

beforeAll(async () => {
  directory = await runToEnd(root, smallShapesConfig('darts', 1))
  dataset = await loadDataset(readConfig(directory).dataset, { cacheFolder: join(root, 'datasets') })
  session = await ort.InferenceSession.create(file('model.onnx'))
}, patience)

afterAll(async () => {
  await session?.release()
})

interface Answer {
  logits: Float32Array
  scores: Float32Array
}

/** What the model answers to samples that are preprocessed as the bundle says. */
async function answer(rows: readonly number[]): Promise<Answer> {
  const { inputs } = preprocessingFile.parse(json('preprocessing.json'))
  const feeds = Object.entries(inputs).map(([name, preprocessing]) => {
    const data = applyPreprocessing(preprocessing, valuesOf(dataset, name), rows)
    return [name, new ort.Tensor('float32', data, [rows.length, ...inputShapeOf(preprocessing)])] as const
  })
  const { logits, scores } = await session.run(Object.fromEntries(feeds))
  expect(logits.dims).toEqual([rows.length, 3])
  return { logits: logits.data as Float32Array, scores: scores.data as Float32Array }
}

function expectClose(actual: Float32Array, expected: Float32Array, within: number): void {
  expect(actual).toHaveLength(expected.length)
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
  expect(worst).toBeLessThanOrEqual(within)
}

const largest = (row: Float32Array) => row.indexOf(Math.max(...row))

describe('the model file, in a runtime that knows nothing of Shapwright', () => {
  it('gives the golden outputs for the golden inputs', async () => {
    const { tensors } = decodeSafetensors(readFileSync(file('golden.safetensors')), 'golden')
    const { logits, scores, ...inputs } = tensors
    expect(Object.keys(inputs).sort()).toEqual([...session.inputNames].sort())
    expect(session.outputNames).toEqual(['logits', 'scores'])
    const feeds = Object.entries(inputs).map(
      ([name, { data, shape }]) => [name, new ort.Tensor('float32', data as Float32Array, shape)] as const,
    )
    const outputs = await session.run(Object.fromEntries(feeds))
    expectClose(outputs['logits'].data as Float32Array, logits.data as Float32Array, 1e-4)
    expectClose(outputs['scores'].data as Float32Array, scores.data as Float32Array, 1e-4)
  })

  it("predicts the run's classes from raw data, preprocessed as the bundle says", async () => {
    const { classes } = preprocessingFile.parse(json('preprocessing.json'))
    const told = latest(foldEvents(readEvents(directory)), 'predictions')!
    const { test } = dataset.splits
    const { logits, scores } = await answer(test)
    const predicted = test.map((_, i) => largest(logits.subarray(3 * i, 3 * i + 3)))
    expect(told.classes).toEqual(classes)
    expect(told.predicted).toEqual(predicted)
    expect(told.labels).toEqual(test.map((row) => dataset.samples[row].labels[0]))
    test.forEach((_, i) => {
      const row = scores.subarray(3 * i, 3 * i + 3)
      expect(row.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 5)
      expect(largest(row)).toBe(predicted[i])
    })
    const hits = predicted.filter((label, i) => label === told.labels[i]).length
    expect(json('model.json').testScore).toBeCloseTo(hits / test.length, 10)
  })

  it('answers the same of a sample alone and in batches of any size', async () => {
    const all = dataset.samples.map((_, row) => row)
    const whole = await answer(all)
    expect(new Set(whole.logits).size).toBeGreaterThan(2 * all.length)
    for (const size of [1, 7, 16]) {
      const logits = new Float32Array(whole.logits.length)
      for (let start = 0; start < all.length; start += size)
        logits.set((await answer(all.slice(start, start + size))).logits, 3 * start)
      expectClose(logits, whole.logits, 1e-5)
    }
  })

  it('is ONNX of opset 17 and IR version 8 with a symbolic batch and named weights', () => {
    const model = onnxProto.onnx.ModelProto.decode(readFileSync(file('model.onnx')))
    expect(model.opsetImport!.map(({ domain, version }) => [domain ?? '', Number(version)])).toEqual([
      ['', 17],
    ])
    expect(Number(model.irVersion)).toBe(8)
    const { input, output, initializer } = model.graph!
    for (const { type } of [...input!, ...output!])
      expect(type!.tensorType!.shape!.dim![0].dimParam).toBe('batch')
    const names = initializer!.map(({ name }) => name!)
    for (const { name } of input!)
      expect(names.some((initializer) => initializer.startsWith(`backbone/${name}/`))).toBe(true)
    expect(names.some((name) => name.startsWith('fusion/cell0/'))).toBe(true)
  })

  it('passes the checker of the onnx package', ({ skip }) => {
    if (spawnSync(python, ['-c', 'import onnx']).status !== 0) skip(`${python} has no onnx package`)
    const script = 'import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)'
    const { status, stderr } = spawnSync(python, ['-c', script, file('model.onnx')], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
})

it('the bundle says which architecture it is, and what goes in and comes out', () => {
  const { genotype } = latest(foldEvents(readEvents(directory)), 'searched')!
  expect(json('genotype.json')).toEqual(genotype)
  const card = json('model.json')
  expect(Object.keys(card.inputs).sort()).toEqual([...session.inputNames].sort())
  expect(card).toMatchObject({
    dataset: { name: 'shapes', hash: dataset.hash },
    outputs: { logits: ['batch', 3], scores: ['batch', 3] },
  })
  expect(card.latencyMs).toBeGreaterThan(0)
})
