import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Problem } from '#contract/problem.ts'
import { tableSpec } from '#contract/dataset.ts'
import { valuesOf } from '#worker/dataset/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { readTable } from '#worker/dataset/formats/table/read-table.ts'
import { parquetFrom } from '../../../fixtures/write-parquet.ts'
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts'

interface Row {
  title: string
  measures: number[]
  label: string
}

const size = 24
const rowsOf = (texts: readonly string[], numbers: readonly number[]): Row[] =>
  Array.from({ length: size }, (_, at) => ({
    title: `${at} ${texts[at]}`,
    measures: [at, numbers[at]!],
    label: at % 2 === 0 ? 'even' : 'odd',
  }))

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`
const notations: Record<string, (rows: Row[]) => string | Uint8Array> = {
  'table.csv': (rows) =>
    [
      'title,measures,label',
      ...rows.map((row) => [row.title, row.measures.join(' '), row.label].map(quote).join(',')),
    ].join('\n'),
  // row numbers of a CSV file begin below its header
  'table.jsonl': (rows) => `\n${rows.map((row) => JSON.stringify(row)).join('\n')}`,
}
const parquetRows = (rows: Row[], gzip: boolean) =>
  parquetFrom(
    [
      { name: 'title', texts: rows.map(({ title }) => title) },
      { name: 'measures', lists: rows.map(({ measures }) => measures) },
      { name: 'label', texts: rows.map(({ label }) => label) },
    ],
    rows.length,
    { gzip },
  )

const specAt = (path: string) =>
  tableSpec.parse({
    kind: 'table',
    path,
    label: 'label',
    modalities: {
      title: { column: 'title', type: 'text' },
      measures: { column: 'measures', type: 'vector' },
    },
  })

test('the same rows as CSV, JSON Lines and Parquet are the same dataset', async () => {
  const folder = temporaryFolder()
  const load = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content)
    return await loadDataset(specAt(join(folder, name)), { cacheFolder: folder })
  }
  const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed())
  const number = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
  const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: size, maxLength: size })
  await fc.assert(
    fc.asyncProperty(many(text), many(number), fc.boolean(), async (texts, numbers, gzip) => {
      const rows = rowsOf(texts, numbers)
      const hashes = await Promise.all(
        Object.entries(notations).map(async ([name, write]) => (await load(name, write(rows))).hash),
      )
      expect(new Set(hashes).size).toBe(1)
      // rows of Parquet count from 1, as those of JSON Lines without the blank line do
      const lines = await load('plain.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'))
      const parquet = await load('plain.parquet', parquetRows(rows, gzip))
      expect(valuesOf(parquet, 'measures')).toEqual(valuesOf(lines, 'measures'))
      expect(parquet.hash).toBe(lines.hash)
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('a Parquet file is known by its first bytes, whatever its name', async () => {
  const folder = temporaryFolder()
  const rows = rowsOf(Array(size).fill('a'), Array(size).fill(0))
  await writeFile(join(folder, 'table.csv'), parquetRows(rows, true))
  const { source, table } = await readTable(join(folder, 'table.csv'))
  expect(source.name).toBe('Parquet')
  expect(table.columns).toEqual(['title', 'measures', 'label'])
  expect(table.rows[3]!.cells.get('measures')).toBe('[3,0]')
})

test('numbers of a Parquet file are cells', async () => {
  const folder = temporaryFolder()
  const columns = [
    { name: 'n', numbers: [1, -0.25] },
    { name: 't', texts: ['é', ''] },
  ]
  await writeFile(join(folder, 'n.parquet'), parquetFrom(columns, 2))
  const { table } = await readTable(join(folder, 'n.parquet'))
  expect(table.rows.map(({ number, cells }) => [number, ...cells.values()])).toEqual([
    [1, '1', 'é'],
    [2, '-0.25', ''],
  ])
})

const nameOf = (error: unknown) => (error instanceof Problem ? error.name : String(error))

test('no damage to a file is more than a problem', async () => {
  const folder = temporaryFolder()
  const rows = rowsOf(Array(size).fill('text'), Array(size).fill(1))
  const whole = {
    'table.parquet': parquetRows(rows, false),
    'table.csv': Buffer.from(notations['table.csv']!(rows)),
    'table.jsonl': Buffer.from(notations['table.jsonl']!(rows)),
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(whole) as (keyof typeof whole)[])),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.uint8Array({ maxLength: 12 }),
      fc.boolean(),
      async (name, share, bytes, cut) => {
        const content = Buffer.from(whole[name])
        const at = Math.floor(share * (content.length - 1))
        content.set(bytes.subarray(0, content.length - at), at)
        const path = join(folder, name)
        await writeFile(path, cut ? content.subarray(0, at) : content)
        const loading = loadDataset(specAt(path), { cacheFolder: folder })
        const outcome = await loading.then(() => 'loaded').catch(nameOf)
        expect(['loaded', 'Problem']).toContain(outcome)
      },
    ),
    { numRuns: 150 },
  )
}, 60_000)
