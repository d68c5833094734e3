import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tableSpec } from '#contract/dataset.ts'
import { datasetReport } from '#contract/dataset/report.ts'
import type { Dataset } from '#worker/dataset/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { inspectTable } from '#worker/dataset/inspect.ts'
import { checkWholeTable } from '#worker/dataset/report.ts'
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts'

/** Every seventh row has none; `winged` and `feathered` stand together; five rows are `rare`. */
const rows = Array.from({ length: 70 }, (_, at) => {
  const kind = at % 3 ? ['winged', 'feathered'] : ['furry']
  const labels = [...kind, ...(at % 2 ? ['large'] : []), ...(at < 6 ? ['rare'] : [])]
  return { text: `the beast number ${at}`, vector: [at, at % 5], genres: at % 7 === 6 ? [] : labels }
})
const sorted = rows.map(({ genres }) => genres.toSorted())

const csvOf = (cellOf: (labels: string[]) => string, part?: (at: number) => string) =>
  ['text\tvector\tgenres\tpart']
    .concat(
      rows.map(({ text, vector, genres }, at) =>
        [text, vector.join(' '), cellOf(genres), part?.(at) ?? ''].join('\t'),
      ),
    )
    .join('\n')
const linesOf = (valueOf: (labels: string[], at: number) => unknown = (labels) => labels) =>
  rows.map((row, at) => JSON.stringify({ ...row, genres: valueOf(row.genres, at) })).join('\n')

async function place(name: string, content: string): Promise<string> {
  const path = join(temporaryFolder(), name)
  await writeFile(path, content)
  return path
}
const specOf = (path: string, more: object) =>
  tableSpec.parse({
    kind: 'table',
    path,
    label: 'genres',
    modalities: { text: { column: 'text', type: 'text' }, vector: { column: 'vector', type: 'vector' } },
    ...more,
  })
const load = async (path: string, more: object = {}) =>
  loadDataset(specOf(path, more), { cacheFolder: temporaryFolder() })
async function check(path: string, more: object = {}) {
  const checked = await checkWholeTable(specOf(path, more), { cacheFolder: temporaryFolder() })
  expect(datasetReport.parse(checked.report)).toEqual(checked.report)
  return checked
}
const namesOf = ({ samples, classes }: Dataset) =>
  samples.map(({ labels }) => labels.map((at) => classes[at]!))

describe('a table with several labels a sample', () => {
  test('has them around a separator, or as lists, in whatever format', async () => {
    const tables = [
      await load(
        await place(
          'bars.tsv',
          csvOf((labels) => labels.join('|')),
        ),
        { labelSeparator: '|' },
      ),
      await load(
        await place(
          'blanks.tsv',
          csvOf((labels) => `${labels.join(' / ')} / `),
        ),
        { labelSeparator: '/' },
      ),
      await load(
        await place(
          'twice.tsv',
          csvOf((labels) => [...labels, ...labels].join(';')),
        ),
        { labelSeparator: ';' },
      ),
      await load(await place('lists.jsonl', linesOf())),
      await load(
        await place(
          'gaps.jsonl',
          linesOf((labels) => (labels.length > 0 ? labels : null)),
        ),
      ),
    ]
    for (const dataset of tables) {
      expect(dataset.task).toBe('multi-label')
      expect(dataset.classes).toEqual(['feathered', 'furry', 'large', 'rare', 'winged'])
      expect(namesOf(dataset)).toEqual(sorted)
    }
    const [bars, , twice] = tables as [Dataset, Dataset, Dataset]
    expect(twice.hash).toBe(bars.hash)
  })

  test('may name them by numbers', async () => {
    const dataset = await load(
      await place(
        'ids.jsonl',
        linesOf((labels) => labels.map((name) => name.length)),
      ),
    )
    expect(dataset.task).toBe('multi-label')
    expect(dataset.classes).toEqual(['4', '5', '6', '9'])
  })

  test('without a separator is one of whole cells', async () => {
    const path = await place(
      'bars.tsv',
      csvOf((labels) => labels.join('|') || 'none'),
    )
    const checked = await check(path)
    expect(checked.report.summary).toMatchObject({ task: 'single-label' })
    expect(checked.report.summary!.classes.map(({ name }) => name)).toContain('furry|large')
    expect(checked.report.labels).toBeNull()
  })

  test('has its rarest labels in every split, also without a split column', async () => {
    const { splits, samples, classes } = await load(await place('lists.jsonl', linesOf()))
    const rare = classes.indexOf('rare')
    const counts = Object.values(splits).map(
      (indices) => indices.filter((index) => samples[index]!.labels.includes(rare)).length,
    )
    expect(counts).toEqual([4, 1, 1])
    expect(splits.train.length).toBe(43)
  })

  test('is described by its labels: how many, samples without one, those that nothing tells apart', async () => {
    const { report } = await check(await place('lists.jsonl', linesOf()))
    const counts = sorted.map(({ length }) => length)
    expect(report).toMatchObject({ usable: 70, problem: null, duplicates: { count: 0 } })
    expect(report.labels).toEqual({
      mean: counts.reduce((sum, count) => sum + count) / 70,
      most: 4,
      none: 10,
      together: [
        {
          labels: ['feathered', 'winged'],
          count: sorted.filter((labels) => labels.includes('winged')).length,
        },
      ],
    })
    const shown = report.previews.map(({ index }) => index)
    expect(new Set(shown).size).toBe(shown.length)
    const winged = report.summary!.classes.find(({ name }) => name === 'winged')!
    expect(winged.train + winged.validation + winged.test).toBe(report.labels!.together[0]!.count)
  })

  test('is refused where a cell of lists is none, and says which', async () => {
    const odd = linesOf((labels, at) => (at === 3 ? 'furry' : at === 8 ? [{ name: 'furry' }] : labels))
    const { report, rejected } = await check(await place('odd.jsonl', odd))
    expect(report.problem).toMatchObject({ code: 'rows-rejected' })
    const reason = 'it is no list of labels, most cells of the column are'
    expect(rejected).toEqual([
      { row: 4, column: 'genres', value: 'furry', reason },
      { row: 9, column: 'genres', value: '[{"name":"furry"}]', reason },
    ])
  })

  test('may lack a label in validation and test, which is warned of, and not in training', async () => {
    const bars = (labels: string[]) => labels.join('|')
    const parts = (at: number) => (at < 40 ? 'train' : at < 55 ? 'valid' : 'test')
    const more = { labelSeparator: '|', split: 'part' }
    const { warnings } = await load(await place('parts.tsv', csvOf(bars, parts)), more)
    expect(warnings).toEqual(['validation has no sample of rare', 'test has no sample of rare'])
    const turned = csvOf(bars, (at) => (at < 15 ? 'test' : at < 30 ? 'valid' : 'train'))
    const { report, dataset } = await check(await place('turned.tsv', turned), more)
    expect(report.problem).toMatchObject({ code: 'dataset-unusable', detail: 'train has no sample of rare' })
    expect(dataset).toBeNull()
  })

  test('contradicts itself where equal samples have other labels', async () => {
    const doubled = [
      ...linesOf().split('\n'),
      JSON.stringify({ ...rows[0], genres: ['large'] }),
      JSON.stringify(rows[1]),
    ]
    const { report } = await check(await place('doubled.jsonl', doubled.join('\n')))
    expect(report.duplicates).toEqual({
      count: 2,
      examples: [
        [1, 71],
        [2, 72],
      ],
    })
    expect(report.contradictions).toEqual({ count: 1, examples: [[1, 71]] })
  })

  test('without any label is a problem', async () => {
    const { report } = await check(
      await place(
        'none.tsv',
        csvOf(() => ''),
      ),
      { labelSeparator: ';' },
    )
    expect(report.problem).toMatchObject({ detail: 'no sample has a label' })
  })
})

describe('reading ahead', () => {
  const inspected = async (path: string) =>
    (await inspectTable(path)).columns.find(({ name }) => name === 'genres')!

  test.each([
    ['|', '|'],
    [';', '; '],
    ['/', ' / '],
    [',', ','],
  ])('finds “%s” between the labels', async (separator, between) => {
    const column = await inspected(
      await place(
        't.tsv',
        csvOf((labels) => labels.join(between)),
      ),
    )
    expect(column).toMatchObject({ role: 'label', separator })
    expect(column.reason).toBe(`its cells hold several of 5 labels, with “${separator}” between them`)
  })

  test('takes lists for labels', async () => {
    const column = await inspected(await place('t.jsonl', linesOf()))
    expect(column).toMatchObject({
      role: 'label',
      separator: null,
      reason: 'its cells are lists of 5 labels',
    })
  })

  test('takes a slash that belongs to the name of a class for what it is', async () => {
    const names = ['rock/pop', 'classical', 'jazz']
    const lines = rows.map((row, at) => JSON.stringify({ ...row, genres: names[at % 3] }))
    const column = await inspected(await place('t.jsonl', lines.join('\n')))
    expect(column).toMatchObject({ role: 'label', separator: null, reason: 'its 3 values come back often' })
  })

  test('takes commas of sentences for what they are', async () => {
    const lines = rows.map((row, at) =>
      JSON.stringify({ ...row, genres: 'a', text: `well, beast ${at}, so be it` }),
    )
    const { columns } = await inspectTable(await place('t.jsonl', lines.join('\n')))
    expect(columns.map(({ separator }) => separator)).toEqual([null, null, null])
    expect(columns[0]).toMatchObject({ role: 'modality', type: 'text' })
  })
})
