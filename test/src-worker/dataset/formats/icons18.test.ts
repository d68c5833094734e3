import { beforeAll, describe, expect, test } from 'vitest'
import { valuesOf, type Dataset } from '#worker/dataset/dataset.ts'
import { lookAlikeCorrelation } from '#worker/dataset/formats/collection/look-alikes.ts'
import { plainName } from '#worker/dataset/formats/icons18/variants.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { summarise } from '#worker/dataset/summarise.ts'
import { folderForAll, temporaryFolder } from '../../../fixtures/temporary-folder.ts'
import { hashElsewhere } from './load-elsewhere.ts'
import { homesOf, straddling } from './splits-by-key.ts'

const salts = ['icons18-v1', 'icons18-v2', 'icons18-v3', 'icons18-v4', 'icons18-v5']
const cacheFolder = folderForAll()
let datasets: Dataset[]

beforeAll(async () => {
  datasets = []
  for (const salt of salts) datasets.push(await loadDataset({ kind: 'icons18', salt }, { cacheFolder }))
})

test('icons18-v1 has 1,512 icons with one to four of eighteen labels, about 60/20/20', () => {
  const [dataset] = datasets as [Dataset]
  expect(dataset.task).toBe('multi-label')
  expect(dataset.samples).toHaveLength(1512)
  expect(dataset.classes).toHaveLength(18)
  expect(dataset.splits.train).toHaveLength(946)
  expect(dataset.splits.validation).toHaveLength(304)
  expect(dataset.splits.test).toHaveLength(262)
  expect(summarise(dataset).meanLabels).toBeCloseTo(1.825, 3)
  const counts = dataset.samples.map(({ labels }) => labels.length)
  expect([Math.min(...counts), Math.max(...counts)]).toEqual([1, 4])
})

test('an icon has its name in words as text, its picture in black on white, and all its categories', () => {
  const [dataset] = datasets as [Dataset]
  const acorn = dataset.samples.findIndex(({ id }) => id === 'address-book-tabs')
  expect(valuesOf(dataset, 'text')).toMatchObject({ texts: { [acorn]: 'address book tabs' } })
  const first = dataset.samples.findIndex(({ id }) => id === 'acorn')
  expect(dataset.samples[first]!.labels.map((label) => dataset.classes[label])).toEqual([
    'finances',
    'nature',
  ])
  const pictures = valuesOf(dataset, 'image')
  if (pictures.type !== 'image') throw new Error('not an image')
  const own = pictures.data.subarray(first * 48 * 48 * 3, (first + 1) * 48 * 48 * 3)
  expect(own[0]).toBe(255)
  expect(Math.min(...own)).toBeLessThan(40)
})

test.each([
  ['arrow-fat-down', 'arrow-fat'],
  ['battery-vertical-high', 'battery'],
  ['caret-circle-up-down', 'caret-circle'],
  ['speaker-simple-slash', 'speaker'],
  ['x-logo', 'x-logo'],
  ['medium-logo', 'medium-logo'],
])('%s is called %s without its words of variation', (name, plain) => {
  expect(plainName(name)).toBe(plain)
})

describe.each(salts)('%s', (salt) => {
  const dataset = () => datasets[salts.indexOf(salt)]!

  test('every icon is in one split, and every label is one of the classes, named once and in order', () => {
    const { splits, samples, classes } = dataset()
    const { train, validation, test } = splits
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(samples.map((_, at) => at))
    for (const { labels } of samples) {
      expect(labels).toEqual([...new Set(labels)].sort((a, b) => a - b))
      expect(labels.every((label) => label >= 0 && label < classes.length)).toBe(true)
    }
  })

  test('groups, variants and icons that begin with the name of another stay in one split', () => {
    const { samples } = dataset()
    const ids = new Set(samples.map(({ id }) => id))
    const beginning = (id: string) => {
      const words = id.split('-')
      const names = words.map((_, at) => words.slice(0, at + 1).join('-'))
      return names.find((name) => ids.has(name))!
    }
    expect(straddling(dataset(), (index) => samples[index]!.group)).toEqual([])
    expect(straddling(dataset(), (index) => plainName(samples[index]!.id))).toEqual([])
    expect(straddling(dataset(), (index) => beginning(samples[index]!.id))).toEqual([])
  })

  test('a class that a split lacks is warned of', () => {
    const { splits, samples, classes, warnings } = dataset()
    const lacking = Object.entries(splits).flatMap(([name, indices]) =>
      classes
        .filter((_, label) => !indices.some((index) => samples[index]!.labels.includes(label)))
        .map((missing) => `${name} has no sample of ${missing}`),
    )
    expect(warnings).toEqual(lacking)
  })
})

test('no picture of the test split looks like one of training, mirrored or not', () => {
  const [dataset] = datasets as [Dataset]
  const homes = homesOf(dataset)
  const patterns = patternsOf(dataset)
  const pairs = dataset.splits.test.flatMap((a) =>
    patterns.flatMap((pattern, b) =>
      homes[b] === 'train' && correlation(patterns[a]!, pattern) >= lookAlikeCorrelation
        ? [`${dataset.samples[a]!.id} – ${dataset.samples[b]!.id}`]
        : [],
    ),
  )
  expect(pairs).toEqual([])
})

/** Brightness of every picture on a 16 × 16 grid, centred and of length 1. */
function patternsOf(dataset: Dataset): Float64Array[] {
  const values = valuesOf(dataset, 'image')
  if (values.type !== 'image') throw new Error('not an image')
  return dataset.samples.map((_, index) => {
    const pattern = new Float64Array(256)
    for (let at = 0; at < 48 * 48; at++)
      pattern[Math.floor(at / 144) * 16 + Math.floor((at % 48) / 3)]! +=
        values.data[(index * 48 * 48 + at) * 3]!
    const mean = pattern.reduce((sum, value) => sum + value, 0) / 256
    const length = Math.hypot(...pattern.map((value) => value - mean))
    return pattern.map((value) => (value - mean) / length)
  })
}

/** The larger one of the two as they are and with one of them mirrored. */
function correlation(a: Float64Array, b: Float64Array): number {
  let [straight, mirrored] = [0, 0]
  for (let at = 0; at < 256; at++) {
    straight += a[at]! * b[at]!
    mirrored += a[at]! * b[at - (at % 16) + 15 - (at % 16)]!
  }
  return Math.max(straight, mirrored)
}

test('another salt gives another split of the same icons', () => {
  expect(new Set(datasets.map(({ hash }) => hash)).size).toBe(salts.length)
  for (const { samples } of datasets) expect(samples).toEqual(datasets[0]!.samples)
})

test('another process, folder and locale make the same dataset, from the cache and without it', async () => {
  const spec = { kind: 'icons18', salt: 'icons18-v1' } as const
  const folder = temporaryFolder()
  expect(await hashElsewhere(spec, folder)).toBe(datasets[0]!.hash)
  expect((await loadDataset(spec, { cacheFolder: folder })).hash).toBe(datasets[0]!.hash)
})
