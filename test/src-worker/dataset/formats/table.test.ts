import { cp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { datasetSpec } from '#contract/dataset.ts'
import { valuesOf } from '#worker/dataset/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts'
import { readFolder } from '../read-folder.ts'
import { csvOf, fixture, placeTable, readRows, shapes, splitRows } from './table/shapes.ts'

test('a table with pictures, texts and vectors is read, and its pictures kept', async () => {
  const cacheFolder = temporaryFolder()
  const dataset = await loadDataset(shapes, { cacheFolder })
  expect(dataset.name).toBe('shapes')
  expect(dataset.classes).toEqual(['circle', 'square', 'triangle'])
  expect(dataset.samples).toHaveLength(30)
  expect(dataset.samples[0]).toMatchObject({ id: 'row 2', labels: [0] })
  expect(valuesOf(dataset, 'caption')).toMatchObject({ texts: { 0: 'round like a ball, number 1' } })
  const measures = valuesOf(dataset, 'measures')
  expect(measures).toMatchObject({ length: 4 })
  expect(measures).toMatchObject({ data: { 0: Math.fround(0.156), 3: Math.fround(0.264) } })
  const pictures = valuesOf(dataset, 'picture')
  if (pictures.type !== 'image') throw new Error('not an image')
  expect(pictures.data).toHaveLength(30 * 24 * 24 * 3)
  // the corner is white, the middle is not: the 30 shapes are drawn in dark colours
  expect(pictures.data[0]).toBeGreaterThan(250)
  expect(pictures.data[(12 * 24 + 12) * 3]).toBeLessThan(210)

  const kept = await readFolder(cacheFolder)
  expect(Object.keys(kept)).toHaveLength(1)
  expect((await loadDataset(shapes, { cacheFolder })).hash).toBe(dataset.hash)
  expect(await readFolder(cacheFolder)).toEqual(kept)
})

test('the same rows in another notation and folder give the same dataset', async () => {
  const cacheFolder = temporaryFolder()
  const { hash } = await loadDataset(shapes, { cacheFolder })
  const [header, ...rows] = await readRows()
  const lines = rows.map((row, at) => {
    const cells: [string, unknown][] = header!.map((name, column) => [name, row[column]!])
    cells[2] = ['measures', row[2]!.split(' ').map(Number)]
    // row numbers of JSON Lines begin at 1, those of a CSV file below its header at 2
    return `${at === 0 ? '\n' : ''}${JSON.stringify(Object.fromEntries(cells))}`
  })
  const absolute = rows.map(([picture, ...rest]) => [join(dirname(fixture), picture!), ...rest])
  const variants = {
    'table.csv': `\uFEFF${csvOf([header!, ...rows])}\r\n\r\n`,
    'semicolons.csv': csvOf([header!, ...rows], ';'),
    'table.tsv': csvOf([header!, ...rows], '\t'),
    'table.jsonl': `${lines.join('\n')}\n`,
    'absolute.csv': csvOf([header!, ...absolute]),
    'more-columns.csv': csvOf([['', ...header!, 'note'], ...rows.map((row) => ['1', ...row, ''])]),
    'brackets.csv': csvOf([header!, ...rows.map((row) => row.with(2, `[${row[2]!.replaceAll(' ', ', ')}]`))]),
  }
  for (const [name, content] of Object.entries(variants)) {
    const path = await placeTable(name, content)
    expect({ name, hash: (await loadDataset({ ...shapes, path }, { cacheFolder })).hash }).toEqual({
      name,
      hash,
    })
  }
})

test('a changed picture, or another size, is decoded anew', async () => {
  const cacheFolder = temporaryFolder()
  const path = await placeTable('table.csv', csvOf(await readRows()))
  const first = await loadDataset({ ...shapes, path }, { cacheFolder })
  const larger = await loadDataset({ ...shapes, path, imageSize: 32 }, { cacheFolder })
  expect(valuesOf(larger, 'picture')).toMatchObject({
    height: 32,
    width: 32,
    data: { length: 30 * 32 * 32 * 3 },
  })
  const images = join(dirname(path), 'images')
  await cp(join(images, '06.png'), join(images, '01.png'))
  const changed = await loadDataset({ ...shapes, path }, { cacheFolder })
  expect(changed.hash).not.toBe(first.hash)
  const fresh = await loadDataset({ ...shapes, path }, { cacheFolder: temporaryFolder() })
  expect(changed.hash).toBe(fresh.hash)
})

test('any text comes back from a cell as it was, but for blanks around it', async () => {
  const cacheFolder = temporaryFolder()
  const text = fc.string({ unit: 'grapheme' }).filter((value) => value.trim() !== '' && value.isWellFormed())
  const rows = await splitRows()
  const folder = temporaryFolder()
  const modalities = { caption: shapes.modalities['caption']!, measures: shapes.modalities['measures']! }
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 30, maxLength: 30 }), async (texts) => {
      const changed = rows.map((row, at) => (at === 0 ? row : row.with(1, texts[at - 1]!)))
      const path = join(folder, 'texts.csv')
      await writeFile(path, csvOf(changed))
      const dataset = await loadDataset({ ...shapes, modalities, split: 'part', path }, { cacheFolder })
      expect(valuesOf(dataset, 'caption')).toEqual({
        type: 'text',
        texts: texts.map((value) => value.trim()),
      })
    }),
    { numRuns: 30 },
  )
})

test('the contract fills in the defaults that the table needs', () => {
  const { path, label, modalities } = shapes
  expect(datasetSpec.parse({ kind: 'table', path, label, modalities })).toEqual({ ...shapes, imageSize: 48 })
})
