import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { grantFile } from '../../fixtures/grant-file.ts'
import { imageFile, openSizeFile, twoInputsFile, vectorFile } from '../../fixtures/onnx-files.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const root = folderForAll()
const dataDir = join(root, 'data')
const reported: ProblemReport[] = []
const told: Push[] = []
let workbench: Workbench

const open = async () => {
  workbench = await createWorkbench({
    dataDir,
    roots: [root],
    spawnWorker: forkWorkers(),
    report: (problem) => void reported.push(problem),
    scanMs: 50,
  })
  workbench.subscribe((push) => told.push(push))
}
const call = () => workbench.handlers
async function importFile(name: string, bytes: Uint8Array): Promise<string> {
  writeFileSync(join(root, `${name}.onnx`), bytes)
  const grant = await grantFile(call(), basename(root), `${name}.onnx`)
  return await call()['backbones.import'](grant, name)
}

beforeAll(async () => {
  mkdirSync(join(dataDir, 'backbones', '.incoming-cut-short'), { recursive: true })
  await open()
})
afterAll(() => workbench.close())

describe('the library of backbone files', () => {
  it('clears away an import that was cut short', () => {
    expect(readdirSync(join(dataDir, 'backbones'))).toEqual([])
  })

  it('keeps a copy of a file with its taps, its way of reading pictures, and taps to begin with', async () => {
    const id = await importFile('pictures', imageFile())
    expect(told).toContainEqual({ topic: 'backbones.changed' })
    rmSync(join(root, 'pictures.onnx'))
    const [entry] = await call()['backbones.list']()
    expect(entry).toMatchObject({
      id,
      name: 'pictures',
      parameters: 354,
      picture: { height: 8, width: 8, range: 1 },
      runs: [],
    })
    expect(entry.hash.startsWith(id)).toBe(true)
    expect(entry.chosen).toContain('stage1')
    expect(existsSync(join(dataDir, 'backbones', id, 'model.onnx'))).toBe(true)
  })

  it('has a file once, and keeps what was chosen for it', async () => {
    const id = await importFile('vectors', vectorFile())
    await call()['backbones.change'](id, { name: 'my vectors', chosen: ['hidden'] })
    expect(await importFile('vectors again', vectorFile())).toBe(id)
    const entries = await call()['backbones.list']()
    expect(entries.filter((entry) => entry.id === id)).toMatchObject([
      { name: 'my vectors', chosen: ['hidden'] },
    ])
    expect(readdirSync(join(dataDir, 'backbones'))).toHaveLength(2)
  })

  it('tells what is wrong with a file by the name that was chosen, and keeps nothing of it', async () => {
    await expect(importFile('pair', twoInputsFile())).rejects.toMatchObject({
      code: 'backbone-unreadable',
      where: 'pair',
    })
    await expect(importFile('noise', new Uint8Array(300).fill(7))).rejects.toMatchObject({ where: 'noise' })
    expect(readdirSync(join(dataDir, 'backbones'))).toHaveLength(2)
  })

  it('refuses taps that the file has not, and a size of pictures that the file fixes stays', async () => {
    const id = await importFile('pictures', imageFile())
    await expect(call()['backbones.change'](id, { chosen: ['elsewhere'] })).rejects.toMatchObject({
      code: 'bad-request',
    })
    const picture = { height: 99, width: 99, range: 255, mean: [1, 2, 3], deviation: [1, 1, 1] } as const
    const changed = await call()['backbones.change'](id, {
      picture: { ...picture, mean: [1, 2, 3], deviation: [1, 1, 1] },
    })
    expect(changed.picture).toMatchObject({ height: 8, width: 8, range: 255, mean: [1, 2, 3] })
  })

  it('shows the shapes anew for another size of pictures, where the file takes any', async () => {
    const id = await importFile('open', openSizeFile())
    const entry = (await call()['backbones.list']()).find((one) => one.id === id)!
    const picture = { ...entry.picture!, height: 40, width: 24 }
    const changed = await call()['backbones.change'](id, { picture })
    expect(changed.taps.find(({ name }) => name === 'early')!.shape).toEqual([4, 40, 24])
    await call()['backbones.remove'](id)
  })

  it('keeps a file that a run may still need, names the run, and lets it go when the run is done', async () => {
    const id = await importFile('vectors', vectorFile())
    const table = writeVectorTable(join(root, 'table'))
    const left = { kind: 'onnx' as const, id, taps: ['top'] }
    const { directory, id: run } = createRun(
      join(dataDir, 'runs'),
      smallConfig(table, { name: 'needs it', backbones: { left } }),
    )
    const writer = RunWriter.open(directory)
    writer.setStatus('failed')
    writer.close()
    const entryOf = async () => (await call()['backbones.list']()).find((entry) => entry.id === id)!
    await expect.poll(async () => (await entryOf()).runs).toMatchObject([{ id: run, name: 'needs it' }])
    await expect(call()['backbones.remove'](id)).rejects.toMatchObject({
      code: 'backbone-busy',
      detail: 'the run needs it is failed',
    })
    await call()['runs.trash']([run])
    expect(await call()['backbones.remove'](id)).toBe(null)
    await expect(call()['backbones.remove'](id)).rejects.toMatchObject({ code: 'backbone-not-found' })
  })

  it('reports an entry that cannot be read, and shows the others', async () => {
    const id = await importFile('vectors', vectorFile())
    writeFileSync(join(dataDir, 'backbones', id, 'backbone.json'), '{"name": 3')
    const entries = await call()['backbones.list']()
    expect(entries.map(({ name }) => name)).toEqual(['pictures'])
    expect(reported.at(-1)).toMatchObject({ code: 'backbone-unreadable' })
    await importFile('mended', vectorFile())
    expect((await call()['backbones.list']()).map(({ name }) => name)).toContain('mended')
  })
})
