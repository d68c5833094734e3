import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import onnxProto from 'onnx-proto'
import type { onnx } from 'onnx-proto'
import * as ort from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OnnxConfig } from '#contract/config.ts'
import { exportOptions, type ExporterName } from '#contract/export.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { poolValues } from '#worker/backbone/onnx/pool-values.ts'
import { elementCount } from '#worker/graph/tensor.ts'
import { exportRun } from '#worker/export/export-run.ts'
import { valuesOf } from '#worker/dataset/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { readConfig, readEvents } from '#worker/run-directory/read.ts'
import { imageFile, vectorFile } from '../../fixtures/onnx-files.ts'
import { putBackbone } from '../../fixtures/put-backbone.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runToEnd } from '../run/run-to-end.ts'

const { ModelProto } = onnxProto.onnx
const patience = 300_000
const root = folderForAll()
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const shapes = fileURLToPath(new URL('../../fixtures/table/shapes.csv', import.meta.url))

/** A run of two vector modalities, both read by the same file, and one of pictures that are larger than the file wants. */
let vectors: string
let pictures: string

const frozen = (id: string, taps: string[]) => ({ kind: 'onnx' as const, id, taps, epochs: 3, batchSize: 16 })

beforeAll(async () => {
  const id = await putBackbone(root, 'vectors.onnx', vectorFile())
  const both = { left: frozen(id, ['hidden', 'top']), right: frozen(id, ['top', 'hidden']) }
  vectors = await runToEnd(root, smallConfig(writeVectorTable(join(root, 'data')), { backbones: both }))
  const pixels = await putBackbone(root, 'pictures.onnx', imageFile())
  const small = { epochs: 2, batchSize: 8 }
  const reads = frozen(pixels, ['stage0', 'stage1', 'logits'])
  pictures = await runToEnd(
    root,
    smallConfig(shapes, {
      dataset: {
        kind: 'table',
        path: shapes,
        label: 'shape',
        imageSize: 12,
        modalities: {
          picture: { column: 'picture', type: 'image' },
          measures: { column: 'measures', type: 'vector' },
        },
      },
      backbones: {
        picture: {
          ...reads,
          picture: { height: 8, width: 8, range: 1, mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.4] },
        },
        measures: { kind: 'maxout', units: [6], ...small },
      },
      space: { cells: 4, channels: 4, length: 4 },
      search: { ...small },
      training: { ...small, repetitions: 1 },
    }),
  )
}, patience)

let exports = 0
async function exported(
  directory: string,
  exporter: ExporterName = 'onnx',
): Promise<{ folder: string; check: string }> {
  const folder = join(root, 'out', String(exports++))
  mkdirSync(join(root, 'out'), { recursive: true })
  const { parts } = await exportRun(
    { directory, folder, exporters: [exporter], options: exportOptions.parse({}) },
    { dataDir: root, signal: new AbortController().signal, report: () => {} },
  )
  return { folder: join(folder, exporter), check: parts[0].check }
}
const json = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))

/** The run of vectors as if `left` had been read by a changed edition of its file. */
async function withVariant(change: (model: onnx.IModelProto) => void): Promise<string> {
  const model = ModelProto.decode(vectorFile())
  change(model)
  const id = await putBackbone(root, 'variant.onnx', ModelProto.encode(model).finish())
  const directory = join(root, 'runs', `variant-${id}`)
  cpSync(vectors, directory, { recursive: true })
  const config = readConfig(vectors)
  const left = { ...config.backbones['left'], id }
  writeFileSync(
    join(directory, 'config.json'),
    JSON.stringify({ ...config, backbones: { ...config.backbones, left } }),
  )
  return directory
}

/** The same, of a file that takes one sample at a time and puts only one of the taps out. */
const oneAtATime = () =>
  withVariant(({ graph }) => {
    graph!.input![0].type!.tensorType!.shape!.dim![0] = { dimValue: 1 }
    graph!.output = graph!.output!.filter(({ name }) => name === 'hidden')
  })

function runExample(folder: string) {
  if (!existsSync(join(folder, 'node_modules'))) symlinkSync(modules, join(folder, 'node_modules'))
  return spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' })
}

describe('the ONNX bundle of a run with imported files', () => {
  it('reads raw values and predicts what the run predicted: the files are part of the model', async () => {
    const { folder, check } = await exported(vectors)
    expect(check).toMatch(/16 golden samples.*; left enters raw, vectors\.onnx \(SHA-256 .*part of the model/)
    const card = json(folder, 'model.json')
    const sha256 = createHash('sha256').update(vectorFile()).digest('hex')
    expect(card).toMatchObject({
      featureInputs: {},
      backboneFiles: { left: { name: 'vectors.onnx', sha256, isIn: 'model.onnx' } },
      inputs: { left: ['batch', 4], right: ['batch', 4] },
    })
    const dataset = await loadDataset(readConfig(vectors).dataset, { cacheFolder: join(root, 'datasets') })
    const { test } = dataset.splits
    const session = await ort.InferenceSession.create(join(folder, 'model.onnx'))
    const feeds = session.inputNames.map((name) => {
      const { data } = valuesOf(dataset, name) as { data: Float32Array }
      const rows = Float32Array.from(test.flatMap((row) => [...data.subarray(4 * row, 4 * row + 4)]))
      return [name, new ort.Tensor('float32', rows, [test.length, 4])] as const
    })
    const { logits } = await session.run(Object.fromEntries(feeds))
    await session.release()
    const predicted = test.map((_, i) => {
      const row = [...(logits.data as Float32Array).subarray(3 * i, 3 * i + 3)]
      return row.indexOf(Math.max(...row))
    })
    expect(predicted).toEqual(latest(foldEvents(readEvents(vectors)), 'predictions')!.predicted)
  })

  it('takes pictures of the size of the file, and scales them inside as the run did', async () => {
    const { folder, check } = await exported(pictures)
    expect(check).toContain('picture enters raw, pictures.onnx')
    expect(json(folder, 'model.json').inputs['picture']).toEqual(['batch', 8, 8, 3])
    expect(json(folder, 'preprocessing.json').inputs['picture']).toMatchObject({
      height: 12,
      width: 12,
      scaledTo: { height: 8, width: 8 },
    })
    const { stdout, stderr, status } = runExample(folder)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toMatch(/golden inputs: 6 samples, largest difference/)
    expect(stdout).toMatch(/raw samples: 6 samples, largest difference/)
  })

  it('has the file beside the model where it takes one sample at a time, and examples that chain both', async () => {
    const { folder, check } = await exported(await oneAtATime())
    expect(check).toContain('They are not one model because the file takes exactly 1 sample at a time')
    expect(check).toContain('right enters raw')
    const { backbones, inputs } = json(folder, 'preprocessing.json')
    expect(inputs['left']).toMatchObject({ type: 'vector', mean: [0, 0, 0, 0] })
    const content = readFileSync(join(folder, backbones['left'].file))
    expect(backbones['left'].sha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect(json(folder, 'model.json')).toMatchObject({
      inputs: { left: ['batch', 36], right: ['batch', 4] },
      backboneFiles: { left: { isIn: backbones['left'].file }, right: { isIn: 'model.onnx' } },
    })
    const { stdout, stderr } = runExample(folder)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/raw samples: 16 samples, largest difference/)
  })

  it('takes over a file of older operators where they can be raised, and has it beside the model where not', async () => {
    const older = (operator: string, outputs: string[]) => (model: onnx.IModelProto) => {
      model.opsetImport = [{ domain: '', version: 11 }]
      const { node } = model.graph!
      const at = node!.findIndex(({ output }) => output![0] === 'hidden')
      node![at].output = ['before']
      node!.splice(
        at + 1,
        0,
        { opType: operator, name: 'odd', input: ['before'], output: outputs },
        { opType: 'Sub', name: 'nothing', input: ['other', 'other'], output: ['zero'] },
        { opType: 'Add', name: 'same', input: ['before', 'zero'], output: ['hidden'] },
      )
    }
    const raised = await exported(await withVariant(older('Softmax', ['other'])))
    expect(raised.check).toContain('left enters raw')
    const { folder, check } = await exported(await withVariant(older('Dropout', ['other', 'mask'])))
    expect(check).toContain('because Dropout (odd) means something else from version 12')
    expect(check).toContain('right enters raw')
    expect(runExample(folder).stdout).toMatch(/raw samples: 16 samples, largest difference/)
  })

  it.each([18, 21, 25])('is written in the operators of a newer file: version %i', async (version) => {
    const newer = await withVariant((model) => (model.opsetImport = [{ domain: '', version }]))
    const { folder, check } = await exported(newer)
    expect(check).toContain('left enters raw')
    expect(json(folder, 'model.json').onnx.opset).toBe(version)
  })

  it('has examples in Python that pool as the run does', async ({ skip }) => {
    const python = '/usr/bin/python3'
    if (spawnSync(python, ['-c', 'import numpy']).status !== 0) skip(`${python} has no numpy`)
    const { folder } = await exported(await oneAtATime())
    // stands in for ONNX Runtime: only the pooling is asked for
    writeFileSync(join(folder, 'onnxruntime.py'), 'def InferenceSession(*_, **__):\n    return None\n')
    const cases = [
      { layout: 'channels first', shape: [2, 3, 5], length: 4 },
      { layout: 'channels last', shape: [1, 6, 2], length: 9 },
      { layout: 'sequence', shape: [5, 3], length: 2 },
      { layout: 'vector', shape: [4], length: 3 },
    ] as const
    const script = [
      'import json, numpy, example',
      `for case in json.loads('${JSON.stringify(cases)}'):`,
      '    shape = [2, *case["shape"]]',
      '    x = numpy.arange(numpy.prod(shape)).reshape(shape) * 7 % 11',
      '    print(json.dumps(example.pool(x, case["layout"], case["length"]).flatten().tolist()))',
    ].join('\n')
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
    const { stdout, stderr } = spawnSync(python, ['-c', script], { cwd: folder, env, encoding: 'utf8' })
    expect(stderr).toBe('')
    const expected = cases.map(({ layout, shape, length }) => {
      const size = 2 * elementCount(shape)
      const values = Float32Array.from({ length: size }, (_, i) => (i * 7) % 11)
      return [...poolValues(values, 2, { layout, shape: [...shape] }, length)]
    })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(expected)
  })

  it('is refused when the file is another one than the run has read', async () => {
    const left = readConfig(vectors).backbones['left'] as OnnxConfig
    const path = join(root, 'backbones', left.id, 'model.onnx')
    writeFileSync(path, vectorFile(4, 9))
    await expect(exported(vectors)).rejects.toMatchObject({ code: 'backbone-changed' })
    writeFileSync(path, vectorFile())
  })

  it('is refused when the raw samples do not lead to the logits of the run, with the file inside or beside', async () => {
    const directory = join(root, 'runs', 'other-samples')
    cpSync(vectors, directory, { recursive: true })
    const path = join(directory, 'exports', 'model', 'samples', 'raw.json')
    const rows = JSON.parse(readFileSync(path, 'utf8')) as Record<string, number[]>[]
    for (const row of rows) for (const values of Object.values(row)) values.reverse()
    writeFileSync(path, JSON.stringify(rows))
    await expect(exported(directory)).rejects.toMatchObject({
      code: 'engine-failed',
      where: 'exported model',
      detail: expect.stringMatching(/^a logit differs by/),
    })
  })

  it('takes the features, and says why, when the file is not there', async () => {
    const left = readConfig(vectors).backbones['left'] as OnnxConfig
    const folder = join(root, 'backbones', left.id)
    renameSync(folder, `${folder}-away`)
    const { folder: out, check } = await exported(vectors)
    renameSync(`${folder}-away`, folder)
    expect(check).toContain('left enters as the features of an imported ONNX file')
    expect(check).toContain('import it on the page Backbones')
    expect(json(out, 'model.json')).toMatchObject({
      inputs: { left: ['batch', 36] },
      featureInputs: { left: { sha256BeginsWith: left.id } },
    })
  })

  it('finds raw values in the dataset where the run has not kept them', async () => {
    const directory = join(root, 'runs', `${basename(vectors)}-old`)
    cpSync(vectors, directory, { recursive: true })
    rmSync(join(directory, 'exports', 'model', 'samples', 'raw.json'))
    expect((await exported(directory)).check).toContain('left enters raw')
    const lost = join(root, 'data', 'vectors.csv')
    renameSync(lost, `${lost}-away`)
    rmSync(join(root, 'datasets'), { recursive: true, force: true })
    const { check } = await exported(directory)
    renameSync(`${lost}-away`, lost)
    expect(check).toContain('the run kept no raw values of its samples, and its dataset cannot be read')
  })
})

describe('the PyTorch module of such a run', () => {
  it('takes the features of the file, and says so', async ({ skip }) => {
    const { folder, check } = await exported(vectors, 'pytorch')
    const { left } = readConfig(vectors).backbones
    const sentence = `left takes no raw values but the features [batch, 36] of the ONNX file whose SHA-256 begins with ${(left as OnnxConfig).id}: "hidden", "top"`
    expect(check).toContain(sentence)
    expect(readFileSync(join(folder, 'model.py'), 'utf8')).toContain(sentence)
    const python = '/usr/bin/python3'
    if (spawnSync(python, ['-c', 'import torch']).status !== 0) skip(`${python} has no torch`)
    const { stdout, stderr } = spawnSync(python, ['example.py'], { cwd: folder, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/16 golden samples, largest difference of a logit \S+e-0[5-9]/)
  })
})
