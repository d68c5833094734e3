import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tableSpec } from '#contract/dataset.ts'
import { sheetIndex, sheetSample } from '#contract/dataset/sample-sheet.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { writeSampleSheet } from '#worker/dataset/sample-sheet.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { readFolder } from './read-folder.ts'

const shapes = tableSpec.parse({
  kind: 'table',
  path: join(import.meta.dirname, '../../fixtures/table/shapes.csv'),
  label: 'shape',
  imageSize: 96,
  modalities: {
    picture: { column: 'picture', type: 'image' },
    caption: { column: 'caption', type: 'text' },
    measures: { column: 'measures', type: 'vector' },
  },
})
const load = async () => loadDataset(shapes, { cacheFolder: temporaryFolder() })
const json = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as unknown

test('holds every sample by split and position, with a small picture, its text and its vector', async () => {
  const folder = temporaryFolder()
  const dataset = await load()
  await writeSampleSheet(folder, dataset)
  const place = join(folder, dataset.hash)
  const index = sheetIndex.parse(await json(join(place, 'index.json')))
  expect(index).toMatchObject({
    hash: dataset.hash,
    classes: ['circle', 'square', 'triangle'],
    stored: index.splits,
  })
  const samples = sheetSample.array().parse(await json(join(place, 'page-0.json')))
  expect(samples).toHaveLength(30)
  const third = samples.find(({ split, index }) => split === 'validation' && index === 2)!
  const at = dataset.splits.validation[2]!
  expect(third).toMatchObject({ id: dataset.samples[at]!.id, labels: dataset.samples[at]!.labels })
  expect(third.vectors['measures']).toHaveLength(4)
  const bytes = await readFile(join(place, 'thumbnails.bin'))
  const [start, length] = third.images['picture']!
  expect(await sharp(bytes.subarray(start, start + length)).metadata()).toMatchObject({
    format: 'webp',
    width: 64,
    height: 64,
  })
})

test('keeps the first samples of a large dataset, test before train, and says how many', async () => {
  const folder = temporaryFolder()
  const dataset = await load()
  await writeSampleSheet(folder, dataset, { limit: 9 })
  const index = sheetIndex.parse(await json(join(folder, dataset.hash, 'index.json')))
  expect(index.stored).toEqual({ train: 0, validation: 3, test: 6 })
})

test('of two that are written at once the first stays, since somebody may look at it already', async () => {
  const folder = temporaryFolder()
  const dataset = await load()
  const index = join(folder, dataset.hash, 'index.json')
  const first = writeSampleSheet(folder, dataset).then(() => stat(index))
  const second = writeSampleSheet(folder, dataset).then(() => stat(index))
  const [one, other] = await Promise.all([first, second])
  expect(other.ino).toBe(one.ino)
  expect(await readdir(folder)).toEqual([dataset.hash])
})

test('is written once, and what a stopped writing left behind is no sheet', async () => {
  const folder = temporaryFolder()
  const dataset = await load()
  const stopped = AbortSignal.abort(new Error('stopped'))
  await expect(writeSampleSheet(folder, dataset, { signal: stopped })).rejects.toThrow('stopped')
  expect(await readFolder(folder)).toEqual({})
  await writeSampleSheet(folder, dataset)
  const marked = join(folder, dataset.hash, 'page-0.json')
  await writeFile(marked, 'untouched')
  await writeSampleSheet(folder, dataset)
  expect(await readFile(marked, 'utf8')).toBe('untouched')
})
