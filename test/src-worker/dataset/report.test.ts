import { cp, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tableSpec, type TableSpec } from '#contract/dataset.ts'
import { datasetReport, type DatasetReport } from '#contract/dataset/report.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { checkWholeTable } from '#worker/dataset/report.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { readFolder } from './read-folder.ts'

const fixture = join(import.meta.dirname, '../../fixtures/table/shapes.csv')
const shapes = tableSpec.parse({
  kind: 'table',
  path: fixture,
  label: 'shape',
  imageSize: 24,
  modalities: {
    picture: { column: 'picture', type: 'image' },
    caption: { column: 'caption', type: 'text' },
    measures: { column: 'measures', type: 'vector' },
  },
})

/** The rows of the fixture, changed, beside its pictures; none of its cells holds a quote. */
async function placeRows(change: (rows: string[][]) => string[][]): Promise<string> {
  const folder = temporaryFolder()
  await cp(join(dirname(fixture), 'images'), join(folder, 'images'), { recursive: true })
  const lines = (await readFile(fixture, 'utf8')).trim().split('\n')
  const rows = lines.map((line) => line.match(/"[^"]*"|[^,]+/g)!.map((cell) => cell.replaceAll('"', '')))
  const path = join(folder, 'shapes.csv')
  await writeFile(
    path,
    change(rows)
      .map((row) => row.map((cell) => `"${cell}"`).join(','))
      .join('\n'),
  )
  return path
}

async function check(spec: TableSpec) {
  const cacheFolder = temporaryFolder()
  const checked = await checkWholeTable(spec, { cacheFolder })
  expect(await readFolder(cacheFolder)).toEqual({})
  expect(datasetReport.parse(checked.report)).toEqual(checked.report)
  return checked
}

test('a sound table is described and can be imported; nothing is stored', async () => {
  const { report, rejected, dataset } = await check(shapes)
  expect(report).toMatchObject<Partial<DatasetReport>>({
    rows: 30,
    usable: 30,
    rejected: 0,
    problem: null,
    splits: { train: 18, validation: 6, test: 6 },
    duplicates: { count: 0, examples: [] },
    leaks: [],
  })
  expect(rejected).toEqual([])
  const { hash } = await loadDataset(shapes, { cacheFolder: temporaryFolder() })
  expect(dataset!.hash).toBe(hash)
  expect(report.summary!.hash).toBe(hash)
  expect(report.previews.flatMap(({ labels }) => labels)).toEqual(
    [0, 1, 2].flatMap((label) => Array(8).fill(label)),
  )
  expect(report.previews[0]).toMatchObject({ id: 'row 2', texts: { caption: 'round like a ball, number 1' } })
  expect(report.previews[0]!.images['picture']).toMatch(/^data:image\/webp;base64,/)
  const [picture, caption, measures] = report.modalities
  expect(picture).toMatchObject({ type: 'image', blank: 0, distinct: 30 })
  if (picture!.type !== 'image') throw new Error('no image')
  expect(picture.width.least).toBeGreaterThan(0)
  expect(caption).toMatchObject({ type: 'text', wordless: 0, distinct: 30 })
  expect(measures).toMatchObject({ type: 'vector', length: 4, constant: [] })
})

test('every unusable cell is named, with its value and reason, and the reasons are counted', async () => {
  const path = await placeRows((rows) =>
    rows
      .with(1, rows[1]!.with(0, 'images/none.png').with(2, '1 2'))
      .with(4, rows[4]!.with(0, 'shapes.csv'))
      .with(6, rows[6]!.with(1, ' '))
      .with(7, rows[7]!.with(1, ''))
      .with(9, rows[9]!.slice(0, 3)),
  )
  const { report, rejected, dataset } = await check({ ...shapes, path })
  expect(dataset).toBeNull()
  expect(report).toMatchObject({
    rows: 30,
    usable: 25,
    rejected: 5,
    rejectedCells: 6,
    problem: { code: 'rows-rejected' },
  })
  expect(rejected).toEqual([
    {
      row: 2,
      column: 'picture',
      value: 'images/none.png',
      reason: 'the picture cannot be read: there is no such file',
    },
    { row: 2, column: 'measures', value: '1 2', reason: 'it has 2 numbers, most have 4' },
    { row: 5, column: 'picture', value: 'shapes.csv', reason: expect.stringContaining('cannot be decoded') },
    { row: 7, column: 'caption', value: '', reason: 'it is empty' },
    { row: 8, column: 'caption', value: '', reason: 'it is empty' },
    { row: 10, column: null, value: null, reason: 'it has 3 cells, the header has 5' },
  ])
  expect(report.reasons[0]).toEqual({ column: 'caption', reason: 'it is empty', count: 2 })
  expect(report.summary!.classes.reduce((sum, { train }) => sum + train, 0)).toBe(report.splits!.train)
})

test('unusable rows may be left out: the dataset is that of the others, and says so', async () => {
  const bad = await placeRows((rows) =>
    rows.with(1, rows[1]!.with(0, 'shapes.csv')).with(2, rows[2]!.with(2, 'x')),
  )
  const spec: TableSpec = { ...shapes, path: bad, unusableRows: 'leave out' }
  const { report, dataset, rejected } = await check(spec)
  expect(report).toMatchObject({ usable: 28, rejected: 2, problem: null })
  expect(rejected).toHaveLength(2)
  expect(dataset!.warnings).toEqual(['2 of 30 rows cannot be used and are left out'])
  expect(dataset!.samples.map(({ id }) => id).slice(0, 2)).toEqual(['row 4', 'row 5'])
  const cacheFolder = temporaryFolder()
  const loaded = await loadDataset(spec, { cacheFolder })
  expect(loaded.hash).toBe(dataset!.hash)
  // pictures that could not be decoded are still known as such when the others come from the cache
  expect(Object.keys(await readFolder(cacheFolder))).toHaveLength(1)
  expect(await loadDataset(spec, { cacheFolder })).toEqual(loaded)
})

test('blank pictures, wordless texts, constant elements, repeats, contradictions and leaks are found', async () => {
  const path = await placeRows(([header, ...rows]) => {
    const changed = rows.map((row, at) =>
      row
        .with(2, `${row[2]!.split(' ').slice(0, 3).join(' ')} 7`)
        .concat(at < 18 ? 'train' : at < 24 ? 'valid' : 'test'),
    )
    const twin = changed[0]!
    return [
      [...header!, 'part'],
      ...changed
        .with(1, changed[1]!.with(1, '— !'))
        .with(3, twin.with(5, 'train'))
        .with(4, twin.with(3, 'square').with(5, 'train'))
        .with(27, twin.with(5, 'test'))
        .with(2, changed[2]!.with(0, 'images/white.png')),
    ]
  })
  const white = await sharp({ create: { width: 90, height: 30, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  await writeFile(join(dirname(path), 'images', 'white.png'), white)
  const { report } = await check({ ...shapes, path, split: 'part' })
  const [picture, caption, measures] = report.modalities
  expect(picture).toMatchObject({ blank: 1, distinct: 27, width: { most: 90 }, aspect: { most: 3 } })
  expect(caption).toMatchObject({ wordless: 1 })
  expect(measures).toMatchObject({ constant: [3] })
  expect(report.duplicates).toEqual({ count: 3, examples: [[2, 5, 6, 29]] })
  expect(report.contradictions).toEqual({ count: 3, examples: [[2, 5, 6, 29]] })
  expect(report.leaks).toContain('1 sample of the test split is also in train (row 29 as row 2)')
  expect(report.problem).toBeNull()
})

test('a class that a split lacks is a problem, and the classes are shown all the same', async () => {
  const path = await placeRows(([header, ...rows]) => [
    [...header!, 'part'],
    ...rows.map((row, at) => [...row, at < 18 || row[3] === 'circle' ? 'train' : at < 24 ? 'valid' : 'test']),
  ])
  const { report, dataset } = await check({ ...shapes, path, split: 'part' })
  expect(dataset).toBeNull()
  expect(report.problem).toMatchObject({
    code: 'dataset-unusable',
    detail: 'validation has no sample of circle',
  })
  expect(report.summary!.classes).toContainEqual({ name: 'circle', train: 10, validation: 0, test: 0 })
})

test('a table of nothing usable, and a label that names each row, are problems', async () => {
  const nothing = await check({
    ...shapes,
    path: await placeRows((rows) => rows.map((row, at) => (at ? row.with(0, 'x') : row))),
  })
  expect(nothing.report).toMatchObject({
    usable: 0,
    rejected: 30,
    summary: null,
    modalities: [],
    problem: { code: 'dataset-unusable' },
  })
  const folder = temporaryFolder()
  const lines = Array.from({ length: 1200 }, (_, at) => `text ${at},${at} 1,label ${at}`)
  await writeFile(join(folder, 'names.csv'), ['text,vector,name', ...lines].join('\n'))
  const modalities = {
    text: { column: 'text', type: 'text' },
    vector: { column: 'vector', type: 'vector' },
  } as const
  const names = await check({ ...shapes, path: join(folder, 'names.csv'), label: 'name', modalities })
  expect(names.report.problem!.detail).toContain('1200 different values')
})
