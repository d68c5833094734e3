import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { valuesOf } from '#worker/dataset/dataset.ts'
import type { Dataset } from '#worker/dataset/dataset.ts'
import { assignSplits } from '#worker/dataset/formats/table/assign-splits.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { temporaryFolder } from '../../../../fixtures/temporary-folder.ts'
import { csvOf, placeTable, readRows, shapes, splitRows } from './shapes.ts'

/** Which label, text and split each sample has, in an order that does not depend on the rows. */
function describeSplits(dataset: Dataset): string[] {
  const captions = valuesOf(dataset, 'caption')
  if (captions.type !== 'text') throw new Error('not a text')
  return Object.entries(dataset.splits)
    .flatMap(([split, indices]) => indices.map((index) => `${captions.texts[index]} ${split}`))
    .sort()
}

test('without a split column, every class is divided 60/20/20 whatever the order of the rows', async () => {
  const cacheFolder = temporaryFolder()
  const dataset = await loadDataset(shapes, { cacheFolder })
  for (const [split, count] of [
    ['train', 6],
    ['validation', 2],
    ['test', 2],
  ] as const) {
    const labels = dataset.splits[split].map((index) => dataset.samples[index]!.labels[0])
    expect([0, 1, 2].map((label) => labels.filter((other) => other === label).length)).toEqual([
      count,
      count,
      count,
    ])
  }
  const [header, ...rows] = await readRows()
  const path = await placeTable('turned.csv', csvOf([header!, ...rows.toReversed()]))
  const turned = await loadDataset({ ...shapes, path }, { cacheFolder })
  expect(describeSplits(turned)).toEqual(describeSplits(dataset))
  const salted = await loadDataset({ ...shapes, salt: 'other' }, { cacheFolder })
  expect(describeSplits(salted)).not.toEqual(describeSplits(dataset))
})

test('a group, and samples that are equal, stay in one split', async () => {
  const cacheFolder = temporaryFolder()
  const [header, ...rows] = await readRows()
  const doubled = await placeTable('doubled.csv', csvOf([header!, ...rows, ...rows]))
  for (const spec of [
    { ...shapes, group: 'family' },
    { ...shapes, path: doubled },
  ]) {
    const dataset = await loadDataset(spec, { cacheFolder })
    const homes = new Map<string, Set<string>>()
    for (const [split, indices] of Object.entries(dataset.splits)) {
      for (const index of indices) {
        const { group } = dataset.samples[index]!
        homes.set(group, (homes.get(group) ?? new Set()).add(split))
      }
    }
    expect(dataset.samples.length / homes.size).toBe(2)
    expect([...homes.values()].filter(({ size }) => size > 1)).toEqual([])
    expect(dataset.warnings).toEqual([])
  }
})

test('a class of four samples or more is in every split, to within one sample of its share', () => {
  const sizes = fc.array(fc.integer({ min: 4, max: 40 }), { minLength: 2, maxLength: 5 })
  fc.assert(
    fc.property(sizes, fc.string(), (counts, salt) => {
      const units = counts.flatMap((count, label) =>
        Array.from({ length: count }, (_, at) => ({ label, group: `${label} ${at}` })),
      )
      const splits = assignSplits(units, salt)
      counts.forEach((count, label) => {
        const found = (name: string) =>
          units.filter((unit, at) => unit.label === label && splits[at] === name).length
        expect(Math.abs(found('train') - 0.6 * count)).toBeLessThanOrEqual(1)
        expect(Math.abs(found('validation') - 0.2 * count)).toBeLessThanOrEqual(1)
        expect(found('validation')).toBeGreaterThan(0)
        expect(found('test')).toBeGreaterThan(0)
      })
    }),
  )
})

test('a split column is followed; what repeats across splits is warned of', async () => {
  const cacheFolder = temporaryFolder()
  const rows = await splitRows()
  const clean = await loadDataset(
    { ...shapes, split: 'part', path: await placeTable('clean.csv', csvOf(rows)) },
    { cacheFolder },
  )
  expect(clean.splits.validation).toEqual([18, 19, 20, 21, 22, 23])
  expect(clean.warnings).toEqual([])
  // row 28 repeats row 4 as a whole, row 22 has the picture of row 3
  const leaking = rows.with(27, rows[3]!.with(5, 'test')).with(21, rows[21]!.with(0, rows[2]![0]!))
  const warned = await loadDataset(
    { ...shapes, split: 'part', path: await placeTable('leaking.csv', csvOf(leaking)) },
    { cacheFolder },
  )
  expect(warned.warnings).toEqual([
    '1 sample of the test split is also in train (row 28 as row 4)',
    '1 picture picture of the validation split is also in train (row 22 as row 3)',
    '1 picture picture of the test split is also in train (row 28 as row 4)',
  ])
})

test('words that every object of the language has are no splits', async () => {
  const rows = await splitRows()
  for (const word of ['constructor', '__proto__']) {
    const foreign = rows.map((row, at) => (at === 5 ? [...row.slice(0, -1), word] : row))
    const path = await placeTable(`${word}.csv`, csvOf(foreign))
    await expect(
      loadDataset({ ...shapes, split: 'part', path }, { cacheFolder: temporaryFolder() }),
    ).rejects.toMatchObject({ code: 'rows-rejected', detail: expect.stringContaining(word) as string })
  }
})
