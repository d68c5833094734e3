import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tableInspection } from '#contract/dataset/report.ts'
import { inspectTable } from '#worker/dataset/inspect.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/table')

const inspect = async (name: string, lines: readonly string[]) => {
  const folder = temporaryFolder()
  await writeFile(join(folder, name), lines.join('\n'))
  const inspection = await inspectTable(join(folder, name))
  expect(tableInspection.parse(inspection)).toEqual(inspection)
  return inspection
}
const rolesIn = async (lines: readonly string[]) => {
  const { columns } = await inspect('table.csv', lines)
  return Object.fromEntries(columns.map(({ name, role, type }) => [name, role === 'modality' ? type : role]))
}

test('pictures, texts, vectors, labels and groups are told apart, with what they hold', async () => {
  const inspection = await inspectTable(join(fixtures, 'shapes.csv'))
  expect(inspection).toMatchObject({ format: 'CSV', rows: 30, examined: 30 })
  expect(inspection.columns.map(({ name, role, type, modality }) => [name, role, type, modality])).toEqual([
    ['picture', 'modality', 'image', 'picture'],
    ['caption', 'modality', 'text', 'caption'],
    ['measures', 'modality', 'vector', 'measures'],
    ['shape', 'label', 'text', 'shape'],
    ['family', 'group', 'text', 'family'],
  ])
  const [picture, , , shape] = inspection.columns
  expect(picture!.reason).toContain('20 of the first 20 are there')
  expect(picture!.examples[0]).toBe('images/01.png')
  expect(shape).toMatchObject({ distinct: 3, missing: 0, examples: ['circle', 'square', 'triangle'] })
})

test('pictures that are not there are said to be missing', async () => {
  const folder = temporaryFolder()
  await cp(join(fixtures, 'shapes.csv'), join(folder, 'shapes.csv'))
  const { columns } = await inspectTable(join(folder, 'shapes.csv'))
  expect(columns[0]!.reason).toContain('0 of the first 20 are there')
})

test('one label and one split are taken, by name before looks; names of rows are left alone', async () => {
  const splits = ['train', 'Val', 'test']
  const lines = Array.from({ length: 60 }, (_, at) =>
    [
      at,
      `the text ${at} here`,
      `${at % 2}.5 ${at}`,
      `c${at % 4}`,
      at % 2,
      splits[at % 3],
      `p${at % 20}`,
    ].join(','),
  )
  expect(await rolesIn(['id,story,vec,class,flag,part,patient_id', ...lines])).toEqual({
    id: 'unused',
    story: 'text',
    vec: 'vector',
    class: 'label',
    flag: 'unused',
    part: 'split',
    patient_id: 'group',
  })
  expect(await rolesIn(['id,story,vec,colour,flag,part,n', ...lines])).toMatchObject({
    flag: 'label',
    colour: 'unused',
  })
})

test('names of modalities do not collide, and empty cells are counted', async () => {
  const { columns } = await inspect('table.jsonl', [
    '{"Title A": "one two", "title-a": "three four", "logits": "x y"}',
    '{"Title A": "", "title-a": "five six", "logits": {"a": 1}}',
  ])
  expect(columns.map(({ modality }) => modality)).toEqual(['title-a', 'title-a-2', 'logits-2'])
  expect(columns.map(({ missing }) => missing)).toEqual([1, 0, 1])
})
