import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { FeatureMemory } from '#worker/backbone/feature-memory.ts'
import type { FeatureTable } from '#worker/backbone/feature-table.ts'
import { extractFeatures, featuresOf, type ExtractionTask } from '#worker/backbone/features.ts'
import { trainBackbone, type BackboneTask } from '#worker/backbone/train-backbone.ts'
import { Predictor } from '#worker/training/predictor.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { barsTask, vectorsTask } from './tasks.ts'

let cacheFolder: string
beforeEach(() => {
  cacheFolder = temporaryFolder()
})

async function extractionOf(task: BackboneTask, length: number): Promise<ExtractionTask> {
  const config = { ...task.config, epochs: 1 }
  const { network, weights, statistics } = await trainBackbone({ ...task, config })
  return {
    ...task,
    config,
    network,
    weights,
    statistics,
    length,
    datasetHash: 'abc',
    cacheFolder,
    memory: new FeatureMemory(),
  }
}

/** The taps of all samples as they leave the backbone, at once. */
async function tapsOf({ network, weights, statistics, samples }: ExtractionTask) {
  const names = network.taps.map(({ name }) => name)
  const predictor = await Predictor.create(network, { batchSize: samples.count, taps: names })
  const all = samples.rows(Array.from({ length: samples.count }, (_, index) => index))
  const { taps } = await predictor.predictWithTaps(
    weights,
    statistics,
    { [network.input]: all },
    samples.count,
  )
  await predictor.release()
  return names.map((name) => taps[name])
}

const whole = ({ rows, gather }: FeatureTable) => gather(Array.from({ length: rows }, (_, row) => row))

/** All numbers of extracted features. */
async function extracted(task: ExtractionTask) {
  const { features, values, variants } = await extractFeatures(task)
  const numbersOf = (tables: Readonly<Record<string, FeatureTable>>) =>
    Object.fromEntries(Object.entries(tables).map(([id, table]) => [id, whole(table)]))
  return { features, values: numbersOf(values), variants: variants.map(numbersOf) }
}

const largest = (values: number[]) => Math.max(...values)

describe('extractFeatures', () => {
  it('pools every stage of an image network to a grid', async () => {
    // 13 × 13 pixels: stages of 6 × 6 and 3 × 3; a 2 × 2 grid over 3 × 3 overlaps in the middle
    const task = await extractionOf(barsTask(150), 4)
    const { features, values } = await extracted(task)
    expect(features).toEqual([
      { id: 'image.0', modality: 'image', tap: 'stage0', channels: 6 },
      { id: 'image.1', modality: 'image', tap: 'stage1', channels: 8 },
    ])
    const taps = await tapsOf(task)
    const windows = [
      [
        [0, 3],
        [3, 6],
      ],
      [
        [0, 2],
        [1, 3],
      ],
    ]
    for (const [depth, { id, channels }] of features.entries()) {
      const side = [6, 3][depth]
      expect(values[id]).toHaveLength(150 * 4 * channels)
      for (const sample of [0, 127, 128, 149])
        for (let position = 0; position < 4; position++) {
          const [top, bottom] = windows[depth][Math.floor(position / 2)]
          const [left, right] = windows[depth][position % 2]
          const window: number[] = []
          for (let y = top; y < bottom; y++)
            for (let x = left; x < right; x++)
              window.push(taps[depth][((sample * side + y) * side + x) * channels + 1])
          expect(values[id][(sample * 4 + position) * channels + 1]).toBeCloseTo(largest(window), 5)
        }
    }
  })

  it('repeats the layers of a vector network along the positions', async () => {
    const task = await extractionOf(vectorsTask(140), 3)
    const { features, values } = await extracted(task)
    const taps = await tapsOf(task)
    expect(features.map(({ id, channels }) => `${id} ${channels}`)).toEqual(['text.0 16', 'text.1 8'])
    for (const [depth, { id, channels }] of features.entries())
      for (const sample of [0, 139])
        for (let position = 0; position < 3; position++)
          for (let c = 0; c < channels; c++)
            expect(values[id][(sample * 3 + position) * channels + c]).toBeCloseTo(
              taps[depth][sample * channels + c],
              5,
            )
  })

  it('adds variants of training samples, other ones each time', async () => {
    const task = await extractionOf(vectorsTask(140), 1)
    const of = vectorsTask(140).splits.train
    const { values, variants } = await extracted({ ...task, variants: { of, count: 2 } })
    expect(variants.map((variant) => variant['text.1'].length)).toEqual([of.length * 8, of.length * 8])
    expect(variants[0]['text.1']).not.toEqual(variants[1]['text.1'])
    expect(variants[0]['text.1']).not.toEqual(values['text.1'].subarray(0, of.length * 8))
  })

  it('has plain samples for variants where training saw no others', async () => {
    const task = await extractionOf(barsTask(30), 1)
    const { of, config } = { of: barsTask(30).splits.train, config: task.config }
    if (config.kind !== 'cnn') throw new TypeError('bars are read by a convolutional network')
    const plain = { ...task, config: { ...config, augment: false }, variants: { of, count: 1 } }
    const { values, variants } = await extracted(plain)
    expect(variants[0]['image.1']).toEqual(values['image.1'].subarray(0, of.length * 8))
    const { variants: seen } = await extracted({ ...plain, config })
    expect(seen[0]['image.1']).not.toEqual(variants[0]['image.1'])
  })

  it('refuses a length that is no square for images, and takes it for vectors', async () => {
    const images = await extractionOf(barsTask(30), 6)
    await expect(extracted(images)).rejects.toMatchObject({ code: 'bad-configuration' })
    expect(readdirSync(cacheFolder)).toEqual([])
    const vectors = await extracted(await extractionOf(vectorsTask(30), 6))
    expect(vectors.values['text.0']).toHaveLength(30 * 6 * 16)
  })

  it('takes from the cache what it stored, and only for an equal task', async () => {
    const task = await extractionOf(vectorsTask(40), 2)
    const first = await extracted(task)
    const rows = () => {
      throw new Error('computed again')
    }
    const again = { ...task, samples: { ...task.samples, rows } }
    expect(await extracted(again)).toEqual(first)
    const weights = task.weights.slice()
    weights[0] += 1
    for (const change of [{ weights }, { length: 3 }, { datasetHash: 'abd' }, { seed: 9 }, { threads: 3 }])
      await expect(extracted({ ...again, ...change })).rejects.toThrow('computed again')
  })

  it('reads from the disk what it would hold in memory', async () => {
    const task = await extractionOf(vectorsTask(150), 2)
    const variants = { of: vectorsTask(150).splits.train, count: 2 }
    const held = await extractFeatures({ ...task, variants })
    const read = await extractFeatures({ ...task, variants, memory: new FeatureMemory(0) })
    const positions = [149, 0, 7, 7, 128]
    for (const id of ['text.0', 'text.1']) {
      expect(read.values[id].gather(positions)).toEqual(held.values[id].gather(positions))
      expect(read.variants[1][id].gather([3, 0])).toEqual(held.variants[1][id].gather([3, 0]))
    }
    rmSync(join(cacheFolder, readdirSync(cacheFolder)[0]))
    expect(held.values['text.0'].gather([1])).toHaveLength(2 * 16)
    expect(() => read.values['text.0'].gather([1])).toThrow('a feature is no longer there')
  })

  it('computes again what is damaged in the cache', async () => {
    const task = await extractionOf(vectorsTask(40), 2)
    const first = await extracted(task)
    const [name] = readdirSync(cacheFolder)
    const path = join(cacheFolder, name)
    const whole = readFileSync(path)
    const flipped = Buffer.from(whole)
    flipped[whole.length - 5] ^= 1
    for (const damaged of [whole.subarray(0, whole.length / 2), flipped, Buffer.alloc(0)]) {
      writeFileSync(path, damaged)
      expect(await extracted(task)).toEqual(first)
      expect(readFileSync(path)).toEqual(whole)
    }
  })
})

it('names features by modality and depth', async () => {
  const { network } = await extractionOf(vectorsTask(30), 1)
  expect(featuresOf(network, 'caption').map(({ id, tap }) => `${id} ${tap}`)).toEqual([
    'caption.0 layer0',
    'caption.1 layer1',
  ])
})
