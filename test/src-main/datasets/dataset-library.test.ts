import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { tableSettings } from '#contract/dataset.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { grantFile } from '../../fixtures/grant-file.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const root = folderForAll()
const dataDir = join(root, 'data')
const settings = tableSettings.parse({
  label: 'label',
  modalities: { left: { column: 'left', type: 'vector' }, right: { column: 'right', type: 'vector' } },
})
const shapes = tableSettings.parse({
  label: 'shape',
  imageSize: 24,
  modalities: { picture: { column: 'picture', type: 'image' }, caption: { column: 'caption', type: 'text' } },
})
const reported: ProblemReport[] = []
const told: Push[] = []
let workbench: Workbench

const open = async () => {
  const report = (problem: ProblemReport) => void reported.push(problem)
  workbench = await createWorkbench({
    dataDir,
    roots: [root],
    spawnWorker: forkWorkers(),
    report,
    scanMs: 100,
  })
  workbench.subscribe((push) => told.push(push))
}
const call = () => workbench.handlers
let works = 0
const work = () => `work-number-${works++}`

const grantOf = (path: string) => grantFile(call(), basename(root), ...path.slice(root.length + 1).split('/'))

beforeAll(async () => {
  mkdirSync(root, { recursive: true })
  cpSync(join(import.meta.dirname, '../../fixtures/table'), join(root, 'shapes'), { recursive: true })
  await open()
})
afterAll(() => workbench.close())

const everything = { offset: 0, limit: 100 }

describe('a table in the library', () => {
  let path: string
  let id: string

  it('is inspected and validated without a trace in the data folder', async () => {
    path = writeVectorTable(join(root, 'tables'))
    const grant = await grantOf(path)
    const before = readdirSync(dataDir).toSorted()
    const inspection = await call()['datasets.inspect'](grant, work())
    expect(inspection!.columns.map(({ name, role }) => [name, role])).toEqual([
      ['left', 'modality'],
      ['right', 'modality'],
      ['label', 'label'],
    ])
    appendFileSync(path, 'x,1 2 3 4,class0\n')
    const name = work()
    const { draft, report } = (await call()['datasets.validate'](grant, settings, name))!
    expect(report).toMatchObject({ rows: 121, usable: 120, rejected: 1, problem: { code: 'rows-rejected' } })
    expect(await call()['datasets.rejected']({ draft }, everything)).toEqual({
      total: 1,
      cells: [{ row: 122, column: 'left', value: 'x', reason: 'it is not a list of finite numbers' }],
    })
    expect(await call()['datasets.rejected']({ draft }, { offset: 1, limit: 1 })).toEqual({
      total: 1,
      cells: [],
    })
    expect(told).toContainEqual(expect.objectContaining({ topic: 'dataset.progress', work: name }))
    expect(readdirSync(dataDir).toSorted()).toEqual(before)
  })

  it('is refused as long as rows are unusable, unless they are left out', async () => {
    const grant = await grantOf(path)
    await expect(call()['datasets.import'](grant, settings, 'mine', work())).rejects.toMatchObject({
      code: 'rows-rejected',
    })
    expect((await call()['datasets.list']()).map(({ name }) => name)).toEqual(['emoji8', 'icons18'])
    expect(readdirSync(join(dataDir, 'library'))).toEqual([])
    told.length = 0
    id = (await call()['datasets.import'](grant, { ...settings, unusableRows: 'leave out' }, 'mine', work()))!
    expect(told).toContainEqual({ topic: 'datasets.changed' })
    const details = await call()['datasets.get'](id)
    expect(details).toMatchObject({
      name: 'mine',
      source: 'as imported',
      samples: true,
      runs: { total: 0, best: null },
    })
    expect(details.spec).toMatchObject({ kind: 'table', path, unusableRows: 'leave out' })
    expect(details.report).toMatchObject({ usable: 120, rejected: 1 })
    expect((await call()['datasets.rejected']({ dataset: id }, everything)).total).toBe(1)
  })

  it('is still there after a restart, and tells when its file has changed', async () => {
    await workbench.close()
    await open()
    const states = async () => (await call()['datasets.get'](id)).source
    expect(await states()).toBe('as imported')
    utimesSync(path, new Date(), new Date(Date.now() + 5000))
    expect(await states()).toBe('as imported')
    const content = readFileSync(path, 'utf8')
    writeFileSync(path, content.replace('class1', 'class2'))
    expect(await states()).toBe('changed')
    rmSync(path)
    expect(await states()).toBe('missing')
    await expect(call()['datasets.refresh'](id, work())).rejects.toMatchObject({ code: 'file-not-found' })
    writeFileSync(path, content.replace('class1', 'class2').trimEnd().split('\n').slice(0, -1).join('\n'))
    const before = (await call()['datasets.get'](id)).summary!.hash
    await call()['datasets.refresh'](id, work())
    const details = await call()['datasets.get'](id)
    expect(details).toMatchObject({ name: 'mine', source: 'as imported', report: { rejected: 0, rows: 120 } })
    expect(details.summary!.hash).not.toBe(before)
  })

  it('keeps the name that it gets while its file is read anew, and goes though it is being read', async () => {
    const reading = call()['datasets.refresh'](id, work())
    await call()['datasets.rename'](id, 'renamed meanwhile')
    await reading
    expect((await call()['datasets.get'](id)).name).toBe('renamed meanwhile')
    const grant = await grantOf(path)
    const other = (await call()['datasets.import'](grant, settings, 'other', work()))!
    const again = call()['datasets.refresh'](other, work())
    await call()['datasets.remove'](other)
    expect(await again).toBeNull()
    expect(readdirSync(join(dataDir, 'library'))).toEqual([id])
  })

  it('is not removed while a run works on it, and shows its runs', async () => {
    await call()['datasets.rename'](id, 'renamed')
    const { id: other } = createRun(join(dataDir, 'runs'), smallConfig(writeVectorTable(join(root, 'other'))))
    const { id: run } = createRun(join(dataDir, 'runs'), smallConfig(path))
    await expect.poll(async () => (await call()['runs.overview']()).total, { timeout: 30_000 }).toBe(2)
    expect((await call()['datasets.get'](id)).runs).toEqual({ total: 1, active: 1, best: null })
    await expect(call()['datasets.remove'](id)).rejects.toMatchObject({
      code: 'dataset-busy',
      where: 'renamed',
    })
    await call()['runs.cancel'](run)
    await call()['runs.cancel'](other)
    const active = async () => (await call()['datasets.get'](id)).runs.active
    await expect.poll(active, { timeout: 30_000 }).toBe(0)
    await call()['datasets.remove'](id)
    await expect(call()['datasets.get'](id)).rejects.toMatchObject({ code: 'dataset-not-found' })
    expect(existsSync(path)).toBe(true)
    expect(readdirSync(join(dataDir, 'library'))).toEqual([])
  })

  it('leaves nothing behind when its import is stopped', async () => {
    const name = work()
    const importing = call()['datasets.import'](await grantOf(path), settings, 'stopped', name)
    await call()['datasets.stop'](name)
    expect(await importing).toBeNull()
    expect(readdirSync(join(dataDir, 'library'))).toEqual([])
  })
})

describe('samples to look at', () => {
  let hash: string

  it('come with their pictures, by split, class, text and position', async () => {
    const id = (await call()['datasets.import'](
      await grantOf(join(root, 'shapes', 'shapes.csv')),
      shapes,
      'shapes',
      work(),
    ))!
    hash = (await call()['datasets.get'](id)).summary!.hash
    const page = (query: object) =>
      call()['datasets.samples'](hash, { split: 'test', ...everything, ...query })
    const all = await page({})
    expect(all).toMatchObject({ total: 6, inSplit: 6, stored: 6, classes: ['circle', 'square', 'triangle'] })
    expect(all.samples.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
    expect(all.samples[0]).toMatchObject({ id: expect.stringMatching(/^row \d+$/), vectors: {} })
    expect(all.samples[0].images['picture']).toMatch(/^data:image\/webp;base64,/)
    const circles = await page({ label: 0, limit: 1 })
    expect(circles).toMatchObject({ total: 2, samples: [{ labels: [0] }] })
    const { texts, index } = all.samples[3]
    expect(
      (await page({ text: texts['caption'].toUpperCase() })).samples.map((sample) => sample.index),
    ).toContain(index)
    expect((await page({ text: 'no such text' })).total).toBe(0)
    expect((await page({ indices: [4, 99, 1] })).samples.map((sample) => sample.index)).toEqual([4, 1])
    expect((await page({ split: 'train', offset: 16 })).samples).toHaveLength(2)
  })

  it('of a dataset that was never opened are missing, and so are those of a damaged sheet', async () => {
    const query = { split: 'test', ...everything } as const
    const missing = expect.objectContaining({ code: 'samples-missing' })
    await expect(call()['datasets.samples']('0'.repeat(64), query)).rejects.toThrow(missing)
    await workbench.close()
    await open()
    writeFileSync(join(dataDir, 'samples', hash, 'page-0.json'), '[{]')
    await expect(call()['datasets.samples'](hash, query)).rejects.toThrow(missing)
  })
})

it('a window can only name tables of the library, and those that it was shown', async () => {
  const path = writeVectorTable(join(root, 'foreign'))
  const config = smallConfig(path)
  const refused = { code: 'not-allowed', where: path }
  await expect(call()['runs.start'](config)).rejects.toMatchObject(refused)
  await expect(call()['searches.estimate']('a-ticket', [config])).rejects.toMatchObject(refused)
  const plan = { name: 'grid', base: config, axes: [], seeds: [1] }
  await expect(call()['studies.create'](plan)).rejects.toMatchObject(refused)
  const grant = await grantOf(path)
  const id = (await call()['datasets.import'](grant, settings, 'foreign', work()))!
  await workbench.close()
  await open()
  const run = await call()['runs.start'](config)
  await call()['runs.cancel'](run)
  const active = async () => (await call()['datasets.get'](id)).runs.active
  await expect.poll(active, { timeout: 30_000 }).toBe(0)
  await call()['datasets.remove'](id)
  await expect(call()['runs.start'](config)).rejects.toMatchObject(refused)
})

it('built-in data is always there, cannot be changed, and can be prepared for looking at', async () => {
  const [entry] = await call()['datasets.list']()
  expect(entry).toMatchObject({ id: 'emoji8', source: 'built in', summary: null, importedAt: null })
  await expect(call()['datasets.remove']('emoji8')).rejects.toMatchObject({ code: 'not-allowed' })
  await expect(call()['datasets.rename']('emoji8', 'x')).rejects.toMatchObject({ code: 'not-allowed' })
})

it('a damaged entry is reported, and the others are listed', async () => {
  const folder = join(dataDir, 'library', 'broken')
  mkdirSync(folder)
  writeFileSync(join(folder, 'dataset.json'), '{"schemaVersion":1}')
  reported.length = 0
  expect((await call()['datasets.list']()).map(({ name }) => name)).toEqual(['emoji8', 'icons18', 'shapes'])
  expect(reported).toMatchObject([{ code: 'dataset-damaged', where: join(folder, 'dataset.json') }])
})
