import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { valuesOf } from '#worker/dataset/dataset.ts'
import type { Dataset } from '#worker/dataset/dataset.ts'
import { familyOf } from '#worker/dataset/formats/emoji8/emoji.ts'
import { neutralName } from '#worker/dataset/formats/emoji8/namesakes.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { folderForAll, temporaryFolder } from '../../../fixtures/temporary-folder.ts'
import { readFolder } from '../read-folder.ts'
import { hashElsewhere } from './load-elsewhere.ts'
import { homesOf, straddling } from './splits-by-key.ts'

const salts = ['emoji8-v1', 'emoji8-v2', 'emoji8-v3', 'emoji8-v4', 'emoji8-v5']
const cacheFolder = folderForAll()
let datasets: Dataset[]

beforeAll(async () => {
  datasets = []
  for (const salt of salts) datasets.push(await loadDataset({ kind: 'emoji8', salt }, { cacheFolder }))
})

function textsOf(dataset: Dataset): readonly string[] {
  const values = valuesOf(dataset, 'text')
  if (values.type !== 'text') throw new Error('not a text')
  return values.texts
}

test('emoji8-v1 has 3,206 samples in eight groups, about 60/20/20', () => {
  const [dataset] = datasets as [Dataset]
  expect(dataset.samples).toHaveLength(3206)
  expect(dataset.classes).toHaveLength(8)
  expect(dataset.splits.train).toHaveLength(1883)
  expect(dataset.splits.validation).toHaveLength(643)
  expect(dataset.splits.test).toHaveLength(680)
  const grinning = dataset.samples.findIndex(({ id }) => id === 'noto 1f600')
  expect(textsOf(dataset)[grinning]).toBe('grinning face')
  expect(dataset.classes[dataset.samples[grinning]!.labels[0]!]).toBe('smileys-emotion')
  expect(dataset.samples.filter(({ id }) => /1f1e6|20e3|1f3fb$/.test(id))).toEqual([])
})

test.each([
  ['1F600', '1f600'],
  ['1F9D4-1F3FB-200D-2642-FE0F', '1f9d4'],
  ['1F468-200D-1F9B0', '1f9d1'],
  ['1F469-200D-1F680', '1f9d1-1f680'],
  ['1F6B6-200D-2640-FE0F-200D-27A1-FE0F', '1f6b6'],
  ['1F468-200D-1F469-200D-1F467', '1f9d1-1f9d1-1f9d2'],
])('%s belongs to the family %s', (hexcode, family) => {
  expect(familyOf(hexcode)).toBe(family)
})

test.each([
  ['woman and man holding hands', 'holding hands'],
  ['men holding hands', 'holding hands'],
  ['man: red hair', 'red hair'],
  ['woman', ''],
  ['mandarin', 'mandarin'],
])('%s without its people is %j', (name, neutral) => {
  expect(neutralName(name)).toBe(neutral)
})

describe.each(salts)('%s', (salt) => {
  const dataset = () => datasets[salts.indexOf(salt)]!

  test('every sample is in one split, every class in every split', () => {
    const { train, validation, test } = dataset().splits
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(
      dataset().samples.map((_, at) => at),
    )
    for (const split of [train, validation, test])
      expect(new Set(split.map((index) => dataset().samples[index]!.labels[0])).size).toBe(8)
  })

  test('styles, variants, names and groups stay in one split', () => {
    const { samples } = dataset()
    const texts = textsOf(dataset())
    const keys: ((index: number) => string)[] = [
      (index) => familyOf(samples[index]!.id.split(' ')[1]!),
      (index) => texts[index]!,
      (index) => samples[index]!.group,
      (index) => neutralName(texts[index]!),
      // `nine o’clock`, `nine-thirty`; `red heart`, `blue heart`
      (index) => (/o’clock|-thirty/.test(texts[index]!) ? 'clock face' : texts[index]!),
      (index) =>
        texts[index]!.replace(/^(red|orange|yellow|green|blue|purple|brown|black) (?=heart|circle)/, ''),
    ]
    for (const keyOf of keys) expect(straddling(dataset(), keyOf)).toEqual([])
  })
})

test('pictures of different groups are not almost the same, mirrored or not', () => {
  // root mean square difference of 24 × 24 colour pixels; 12 of 255 is what rescaling and anti-aliasing can make
  const limit = 12 ** 2 * 24 * 24 * 3
  const [dataset] = datasets as [Dataset]
  const thumbnails = thumbnailsOf(dataset)
  const mirrored = thumbnails.map(mirror)
  const texts = textsOf(dataset)
  const pairs: string[] = []
  for (let a = 0; a < thumbnails.length; a++) {
    for (let b = a + 1; b < thumbnails.length; b++) {
      if (dataset.samples[a]!.group === dataset.samples[b]!.group) continue
      if (isWithin(thumbnails[a]!, thumbnails[b]!, limit) || isWithin(thumbnails[a]!, mirrored[b]!, limit))
        pairs.push(`${texts[a]} – ${texts[b]}`)
    }
  }
  expect(pairs).toEqual([])
})

/** [24, 24, 3] of every picture. */
function thumbnailsOf(dataset: Dataset): Float32Array[] {
  const values = valuesOf(dataset, 'image')
  if (values.type !== 'image') throw new Error('not an image')
  return dataset.samples.map((_, index) => {
    const thumbnail = new Float32Array(24 * 24 * 3)
    for (let at = 0; at < 48 * 48 * 3; at++) {
      const [y, x] = [Math.floor(at / 3 / 48), Math.floor(at / 3) % 48]
      thumbnail[((y >> 1) * 24 + (x >> 1)) * 3 + (at % 3)]! += values.data[index * 48 * 48 * 3 + at]! / 4
    }
    return thumbnail
  })
}

function mirror(thumbnail: Float32Array): Float32Array {
  return thumbnail.map((_, at) => {
    const [row, column] = [Math.floor(at / 72), Math.floor((at % 72) / 3)]
    return thumbnail[row * 72 + (23 - column) * 3 + (at % 3)]!
  })
}

function isWithin(a: Float32Array, b: Float32Array, limit: number): boolean {
  let sum = 0
  for (let row = 0; row < 24; row++) {
    const from = ((row + 12) % 24) * 72
    for (let at = from; at < from + 72; at++) sum += (a[at]! - b[at]!) ** 2
    if (sum > limit) return false
  }
  return true
}

test('another salt gives another split of the same samples', () => {
  expect(new Set(datasets.map(({ hash }) => hash)).size).toBe(salts.length)
  for (const { samples } of datasets) expect(samples).toEqual(datasets[0]!.samples)
})

test('a few samples a class are chosen in the same proportions', async () => {
  const few = await loadDataset({ kind: 'emoji8', salt: salts[0]!, samplesPerClass: 20 }, { cacheFolder })
  const perClass = (split: readonly number[]) =>
    few.classes.map((_, label) => split.filter((index) => few.samples[index]!.labels[0] === label).length)
  expect(perClass(few.splits.train)).toEqual(Array(8).fill(12))
  expect(perClass(few.splits.validation)).toEqual(Array(8).fill(4))
  expect(perClass(few.splits.test)).toEqual(Array(8).fill(4))
  const whole = new Map(datasets[0]!.samples.map(({ id }, index) => [id, homesOf(datasets[0]!)[index]]))
  few.samples.forEach(({ id }, index) => expect(whole.get(id)).toBe(homesOf(few)[index]))
})

test('another process, folder and locale build the same dataset, also over a damaged cache', async () => {
  const folder = temporaryFolder()
  const [[name, content]] = Object.entries(await readFolder(cacheFolder)) as [[string, string]]
  const damaged = Buffer.from(content, 'latin1')
  damaged[damaged.length - 100]! ^= 255
  await writeFile(join(folder, name), damaged)
  const hash = await hashElsewhere({ kind: 'emoji8', salt: 'emoji8-v1' }, folder)
  expect(hash).toBe(datasets[0]!.hash)
  expect(await readFolder(folder)).toEqual({ [name]: content })
})
