import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { TableSpec } from '#contract/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { temporaryFolder } from '../../../../fixtures/temporary-folder.ts'
import { readFolder } from '../../read-folder.ts'
import { csvOf, placeTable, shapes, splitRows } from './shapes.ts'

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
