import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { datasetSpec } from '#contract/dataset.ts'
import type { TableSpec } from '#contract/dataset.ts'
import { valuesOf } from '#worker/dataset/dataset.ts'
import type { Dataset } from '#worker/dataset/dataset.ts'
import { assignSplits } from '#worker/dataset/formats/table/assign-splits.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { parseVector } from '#worker/dataset/formats/table/read-vectors.ts'
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts'
import { readFolder } from '../read-folder.ts'

const fixture = join(import.meta.dirname, '../../../fixtures/table/shapes.csv')

const shapes: TableSpec = {
  kind: 'table',
  path: fixture,
  modalities: {
    picture: { column: 'picture', type: 'image' },
    caption: { column: 'caption', type: 'text' },
    measures: { column: 'measures', type: 'vector' },
  },
  label: 'shape',
  imageSize: 24,
  salt: 'table-v1',
  unusableRows: 'refuse',
}

/** The rows of the fixture; none of its cells holds a quote. */
async function readRows(): Promise<string[][]> {
  const lines = (await readFile(fixture, 'utf8')).trim().split('\n')
  return lines.map((line) => line.match(/"[^"]*"|[^,]+/g)!.map((cell) => cell.replaceAll('"', '')))
}

const csvOf = (rows: readonly (readonly string[])[], delimiter = ',') =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)).join('\r\n')

/** A copy of the fixture's pictures and the given table beside it. */
async function placeTable(name: string, content: string | Uint8Array): Promise<string> {
  const folder = temporaryFolder()
  await cp(join(dirname(fixture), 'images'), join(folder, 'images'), { recursive: true })
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

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

/** The fixture with a split column: each class 6/2/2. */
async function splitRows(): Promise<string[][]> {
  const [header, ...rows] = await readRows()
  const splitAt = (at: number) => (at < 18 ? 'train' : at < 24 ? 'Validation' : 'test')
  return [[...header!, 'part'], ...rows.map((row, at) => [...row, splitAt(at)])]
}

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

const csv = (change: (rows: string[][]) => string[][]) => async () => csvOf(change(await splitRows()))
const cell = (row: number, column: number, value: string) =>
  csv((rows) => rows.with(row - 1, rows[row - 1]!.with(column, value)))

interface Malformed {
  what: string
  code: string
  detail: string
  content: () => Promise<string | Uint8Array>
  name?: string
  spec?: Partial<TableSpec>
}

const malformed: Malformed[] = [
  { what: 'an empty file', code: 'table-malformed', detail: 'empty', content: async () => '' },
  { what: 'a blank file', code: 'table-malformed', detail: 'empty', content: async () => ' \r\n\n' },
  {
    what: 'a header alone',
    code: 'table-malformed',
    detail: 'no rows',
    content: csv((rows) => rows.slice(0, 1)),
  },
  {
    what: 'a file that is not UTF-8',
    code: 'table-malformed',
    detail: 'UTF-8',
    content: async () => Buffer.from(csvOf(await splitRows()).replace('ball', 'bäll'), 'latin1'),
  },
  {
    what: 'a file in UTF-16',
    code: 'table-malformed',
    detail: 'UTF-8',
    content: async () => Buffer.from(`\uFEFF${csvOf(await splitRows())}`, 'utf16le'),
  },
  {
    what: 'a quote that is never closed',
    code: 'table-malformed',
    detail: 'Quote',
    content: async () => csvOf(await splitRows()).slice(0, -1),
  },
  {
    what: 'two columns of one name',
    code: 'table-malformed',
    detail: 'caption',
    content: csv(([header, ...rows]) => [header!.with(4, 'caption'), ...rows]),
  },
  {
    what: 'a missing modality column',
    code: 'column-missing',
    detail: 'modality caption is column caption; there are picture, text',
    content: csv(([header, ...rows]) => [header!.with(1, 'text'), ...rows]),
  },
  {
    what: 'a missing label column',
    code: 'column-missing',
    detail: 'the label is column kind',
    content: csv((rows) => rows),
    spec: { label: 'kind' },
  },
  {
    what: 'a missing group column',
    code: 'column-missing',
    detail: 'the group is column tribe',
    content: csv((rows) => rows),
    spec: { group: 'tribe' },
  },
  {
    what: 'a label that is also a modality',
    code: 'bad-configuration',
    detail: 'caption cannot be both the label and modality caption',
    content: csv((rows) => rows),
    spec: { label: 'caption' },
  },
  {
    what: 'a single modality',
    code: 'dataset-unusable',
    detail: 'fewer than two modalities',
    content: csv((rows) => rows),
    spec: { modalities: { caption: { column: 'caption', type: 'text' } } },
  },
  {
    what: 'an empty text',
    code: 'rows-rejected',
    detail: '1 of 30 rows: row 7: caption: it is empty',
    content: cell(7, 1, ' '),
  },
  {
    what: 'an empty label',
    code: 'rows-rejected',
    detail: 'row 5: shape: it is empty',
    content: cell(5, 3, ''),
  },
  {
    what: 'an unknown split',
    code: 'rows-rejected',
    detail: 'row 5: part "dev": it is not train',
    content: cell(5, 5, 'dev'),
  },
  {
    what: 'a row with too few cells',
    code: 'rows-rejected',
    detail: 'row 9: it has 4 cells, the header has 6',
    content: csv((rows) => rows.with(8, rows[8]!.slice(0, 4))),
  },
  {
    what: 'a vector with a word',
    code: 'rows-rejected',
    detail: 'row 4: measures "1 2 x 4": it is not a list of finite numbers',
    content: cell(4, 2, '1 2 x 4'),
  },
  {
    what: 'a vector with NaN',
    code: 'rows-rejected',
    detail: 'row 4: measures',
    content: cell(4, 2, '1 NaN 3 4'),
  },
  {
    what: 'a vector beyond 32 bits',
    code: 'rows-rejected',
    detail: 'row 4: measures',
    content: cell(4, 2, '1 2 3 1e39'),
  },
  {
    what: 'a vector of another length',
    code: 'rows-rejected',
    detail: 'row 4: measures "1 2 3": it has 3 numbers, most have 4',
    content: cell(4, 2, '1 2 3'),
  },
  {
    what: 'an image that is not there',
    code: 'rows-rejected',
    detail: 'row 3: picture "images/none.png": the picture cannot be read: there is no such file',
    content: cell(3, 0, 'images/none.png'),
  },
  {
    what: 'a folder as image',
    code: 'rows-rejected',
    detail: 'row 3: picture',
    content: cell(3, 0, 'images'),
  },
  {
    what: 'a text as image',
    code: 'rows-rejected',
    detail: 'row 3: picture "table.csv": the picture cannot be decoded',
    content: cell(3, 0, 'table.csv'),
  },
  {
    what: 'a path with a null',
    code: 'rows-rejected',
    detail: 'row 3: picture',
    content: cell(3, 0, 'a\0.png'),
  },
  {
    what: 'a line that is not JSON',
    code: 'rows-rejected',
    detail: 'row 2: it is not JSON',
    name: 'table.jsonl',
    content: async () =>
      '{"picture":"images/01.png","caption":"c","measures":[1],"shape":"s","part":"test"}\n{"picture":\n',
  },
  {
    what: 'an object in a cell',
    code: 'rows-rejected',
    detail: 'row 1: caption: it holds an object',
    name: 'table.jsonl',
    content: async () =>
      '{"picture":"a.png","caption":{"en":"c"},"measures":[1],"shape":"s","part":"test"}\n{"picture":"","caption":"","measures":"","shape":"","part":""}',
  },
  {
    what: 'one class',
    code: 'dataset-unusable',
    detail: 'one class',
    content: csv(([header, ...rows]) => [header!, ...rows.map((row) => row.with(3, 'circle'))]),
  },
  {
    what: 'too few samples',
    code: 'dataset-unusable',
    detail: '9 samples are too few',
    content: csv((rows) => rows.slice(0, 10)),
  },
  {
    what: 'a class that is not in test',
    code: 'dataset-unusable',
    detail: 'test has no sample of circle',
    content: csv((rows) =>
      rows.map((row) => (row[3] === 'circle' && row[5] === 'test' ? row.with(5, 'train') : row)),
    ),
  },
  {
    what: 'a group in two splits',
    code: 'dataset-unusable',
    detail: 'the group f1 is both in train and in test',
    content: csv((rows) =>
      rows
        .with(25, rows[25]!.with(4, 'f1'))
        .map((row, at) => (at === 0 || at === 1 || at === 25 ? row : row.with(4, `g${at}`))),
    ),
    spec: { group: 'family' },
  },
]

test.each(malformed)(
  '$what is a clear problem, and nothing is stored',
  async ({ code, detail, content, name, spec }) => {
    const cacheFolder = temporaryFolder()
    const path = await placeTable(name ?? 'table.csv', await content())
    const loading = loadDataset({ ...shapes, split: 'part', path, ...spec }, { cacheFolder })
    const expected = expect.stringContaining(detail)
    await expect(loading).rejects.toMatchObject({ name: 'Problem', code, detail: expected })
    expect(await readFolder(cacheFolder)).toEqual({})
  },
)

test('a picture that is cut off is a clear problem, and nothing is stored', async () => {
  const cacheFolder = temporaryFolder()
  const path = await placeTable('table.csv', csvOf(await splitRows()))
  const picture = join(dirname(path), 'images', '01.png')
  const content = await readFile(picture)
  await writeFile(picture, content.subarray(0, content.length / 2))
  const loading = loadDataset({ ...shapes, path }, { cacheFolder })
  await expect(loading).rejects.toMatchObject({
    code: 'rows-rejected',
    detail: expect.stringContaining(
      '1 of 30 rows: row 2: picture "images/01.png": the picture cannot be decoded',
    ),
  })
  expect(await readFolder(cacheFolder)).toEqual({})
})

test('of many rejected rows ten are named, and a row by all that is wrong with its cells', async () => {
  const cacheFolder = temporaryFolder()
  const rows = (await splitRows()).map((row, at) => (at > 1 && at < 13 ? row.with(1, '') : row))
  const path = await placeTable('table.csv', csvOf(rows.with(1, rows[1]!.with(0, 'x.png').with(2, '1 2 3'))))
  const first =
    /^12 of 30 rows: row 2: picture "x.png": .*, measures "1 2 3": it has 3 numbers, most have 4; row 3: /
  const rest = /; row 11: caption: it is empty; and 2 more$/
  await expect(loadDataset({ ...shapes, path }, { cacheFolder })).rejects.toMatchObject({
    code: 'rows-rejected',
    detail: expect.stringMatching(new RegExp(`${first.source}.*${rest.source}`)),
  })
})

test('a table that is not there, or is a folder, is a clear problem', async () => {
  const folder = temporaryFolder()
  const load = (path: string) => loadDataset({ ...shapes, path }, { cacheFolder: join(folder, 'cache') })
  await expect(load(join(folder, 'none.csv'))).rejects.toMatchObject({
    code: 'file-not-found',
    where: join(folder, 'none.csv'),
    detail: 'there is no such file',
  })
  await mkdir(join(folder, 'folder.csv'))
  await expect(load(join(folder, 'folder.csv'))).rejects.toMatchObject({ code: 'file-unreadable' })
})

test('a cache folder that cannot be written is a clear problem', async () => {
  const file = join(temporaryFolder(), 'file')
  await writeFile(file, '')
  await expect(loadDataset(shapes, { cacheFolder: join(file, 'cache') })).rejects.toMatchObject({
    code: 'data-folder-unwritable',
  })
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

test('a vector comes back from each notation as it was', () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
  fc.assert(
    fc.property(numbers, (vector) => {
      const expected = vector.map((number) => number + 0)
      for (const text of [vector.join(' '), vector.join(';'), vector.join(' ; '), JSON.stringify(vector)])
        expect(parseVector(text)?.map((number) => number + 0)).toEqual(expected)
    }),
  )
  for (const text of ['', ' ', '1,2', '1;;2', '[1', '[]', '[1,]', '0x10', '1e', 'Infinity', '1 2]'])
    expect({ text, vector: parseVector(text) }).toEqual({ text, vector: undefined })
})

test('the contract fills in the defaults that the table needs', () => {
  const { path, label, modalities } = shapes
  expect(datasetSpec.parse({ kind: 'table', path, label, modalities })).toEqual({ ...shapes, imageSize: 48 })
})
