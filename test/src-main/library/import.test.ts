import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { listRuns, runsById } from '#main/store/runs.ts'
import { readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun, RunWriter, writeStatus } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'
import { openLibrary } from './open-library.ts'

/** A folder with finished runs of another machine; answers their ids too. */
function elsewhere(count = 1): { folder: string; ids: string[] } {
  const folder = temporaryFolder()
  const ids = Array.from({ length: count }, (_, i) => writeWholeRun(folder, { seed: i }))
  return { folder, ids: ids.toSorted() }
}

function changeStatus(directory: string, changes: object): void {
  const file = join(directory, 'status.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }))
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')])
    .toSorted()

describe('importing runs', () => {
  it.each(['the run itself', 'a folder of runs', 'a data folder'] as const)('takes %s', async (kind) => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere(kind === 'the run itself' ? 1 : 3)
    const dataFolder = temporaryFolder()
    if (kind === 'a data folder') renameSync(folder, join(dataFolder, 'runs'))
    const source = {
      'the run itself': join(folder, ids[0]),
      'a folder of runs': folder,
      'a data folder': dataFolder,
    }
    const report = await bench.library.import(source[kind])
    expect(report).toEqual({ imported: ids.map((id) => ({ id, from: id })), present: [], refused: [] })
    expect(
      listRuns(bench.store)
        .map(({ id, state }) => [id, state])
        .toSorted(),
    ).toEqual(ids.map((id) => [id, 'done']))
    expect(bench.pushes.filter(({ topic }) => topic === 'run.changed')).toHaveLength(ids.length)
  })

  it('follows no link out of the folder', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere(2)
    const chosen = temporaryFolder()
    symlinkSync(folder, join(chosen, 'runs'))
    symlinkSync(join(folder, ids[0]), join(chosen, ids[0]))
    await expect(bench.library.import(chosen)).rejects.toMatchObject({ code: 'no-runs-found' })
    cpSync(join(folder, ids[1]), join(chosen, ids[1]), { recursive: true })
    rmSync(join(chosen, ids[1], 'events.ndjson'))
    symlinkSync(join(folder, ids[1], 'events.ndjson'), join(chosen, ids[1], 'events.ndjson'))
    const { imported, refused } = await bench.library.import(chosen)
    expect(imported).toEqual([])
    expect(refused).toMatchObject([{ from: ids[1], problem: { code: 'run-damaged' } }])
    expect(readdirSync(bench.folders.runsDir)).toEqual([])
  })

  it('refuses moments beyond the reach of dates, which no list could show', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere(2)
    changeStatus(join(folder, ids[0]), { createdAt: 1e20 })
    const event = { seq: 17, at: -1e20, type: 'done' }
    appendFileSync(join(folder, ids[1], 'events.ndjson'), `${JSON.stringify(event)}\n`)
    const { refused } = await bench.library.import(folder)
    expect(refused.map(({ problem }) => problem.code)).toEqual(['run-damaged', 'run-damaged'])
  })

  it('copies every file as it is, but neither links nor what was under construction', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere()
    const source = join(folder, ids[0])
    mkdirSync(join(source, 'exports', 'model'))
    writeFileSync(join(source, 'exports', 'model', 'model.onnx'), 'bytes')
    const files = filesOf(source)
    symlinkSync('/etc/passwd', join(source, 'exports', 'passwd'))
    symlinkSync('/etc', join(source, 'etc'))
    writeFileSync(join(source, '.unfinished-x'), '')
    await bench.library.import(folder)
    expect(filesOf(join(bench.folders.runsDir, ids[0])).map(([name]) => name)).toEqual(
      files.map(([name]) => name),
    )
    const isStatus = ([name]: string[]) => name === 'status.json'
    const copied = filesOf(join(bench.folders.runsDir, ids[0]))
    expect(copied.filter((file) => !isStatus(file))).toEqual(files.filter((file) => !isStatus(file)))
    expect(readdirSync(bench.folders.runsDir)).toEqual(ids)
  })

  it('says which runs are here already, in the list or in the trash', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere(2)
    await bench.library.import(folder)
    await bench.library.trash([ids[0]])
    await bench.library.annotate([ids[1]], { notes: 'noted here only' })
    const report = await bench.library.import(folder)
    expect(report).toEqual({ imported: [], present: ids.map((id) => ({ id, from: id })), refused: [] })
    expect(listRuns(bench.store)).toMatchObject([{ id: ids[1], notes: 'noted here only' }])
  })

  it('gives a new id to another run of the same id, and to a folder whose name is no id', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere()
    await bench.library.import(folder)
    const longer = RunWriter.open(join(folder, ids[0]))
    longer.append({ type: 'resumed', afterSeq: -1 })
    longer.close()
    cpSync(join(folder, ids[0]), join(folder, 'my best run (copy)'), { recursive: true })
    const { imported, refused } = await bench.library.import(folder)
    expect(refused).toEqual([])
    expect(imported.map(({ from }) => from)).toEqual([ids[0], 'my best run (copy)'])
    const all = listRuns(bench.store).map(({ id }) => id)
    expect(all).toHaveLength(3)
    expect(all).toEqual(expect.arrayContaining([ids[0], ...imported.map(({ id }) => id)]))
    expect(readEvents(join(bench.folders.runsDir, ids[0])).at(-1)?.type).toBe('exported')
  })

  it('takes what claims to run on another machine, or to wait, as interrupted', async () => {
    const bench = await openLibrary()
    const folder = temporaryFolder()
    const [running, queued] = [1, 2].map(() => createRun(folder, sampleConfig()))
    changeStatus(running.directory, {
      state: 'running',
      process: { pid: process.pid, startTime: 'then', host: 'elsewhere' },
    })
    await bench.library.import(folder)
    for (const { id } of [running, queued]) {
      expect(readStatus(join(bench.folders.runsDir, id))).toMatchObject({
        state: 'interrupted',
        process: null,
      })
      expect(runsById(bench.store, [id]).get(id)?.state).toBe('interrupted')
    }
  })

  it('refuses what a process of this machine works on', async () => {
    const bench = await openLibrary()
    const { id, directory } = createRun(temporaryFolder(), sampleConfig())
    writeStatus(directory, 'running')
    const { refused } = await bench.library.import(directory)
    expect(refused).toMatchObject([{ from: id, problem: { code: 'run-busy' } }])
    expect(readdirSync(bench.folders.runsDir)).toEqual([])
  })

  const damages: [string, string, (directory: string) => void][] = [
    ['no status', 'run-damaged', (run) => rmSync(join(run, 'status.json'))],
    ['no configuration', 'run-damaged', (run) => rmSync(join(run, 'config.json'))],
    ['no events', 'run-damaged', (run) => rmSync(join(run, 'events.ndjson'))],
    [
      'a line that is no event',
      'run-damaged',
      (run) => appendFileSync(join(run, 'events.ndjson'), '{}\n{}\n'),
    ],
    [
      'annotations that are no JSON',
      'run-damaged',
      (run) => writeFileSync(join(run, 'annotations.json'), '{'),
    ],
    ['a status of a later version', 'run-damaged', (run) => changeStatus(run, { schemaVersion: 2 })],
    [
      'a configuration of a later version',
      'bad-configuration',
      (run) => writeFileSync(join(run, 'config.json'), '{"schemaVersion": 2, "dataset": {"kind": "emoji8"}}'),
    ],
  ]

  it.each(damages)('refuses a run with %s and imports the others', async (_, code, damage) => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere(2)
    damage(join(folder, ids[0]))
    const report = await bench.library.import(folder)
    expect(report.refused).toMatchObject([{ from: ids[0], problem: { code } }])
    expect(report.imported).toEqual([{ id: ids[1], from: ids[1] }])
    expect(readdirSync(bench.folders.runsDir)).toEqual([ids[1]])
  })

  it('leaves nothing half written, wherever a file was cut off', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere()
    const whole = join(folder, ids[0])
    const cut = fc.record({
      file: fc.constantFrom('config.json', 'status.json', 'events.ndjson'),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(cut, async ({ file, share }) => {
        const source = join(temporaryFolder(), 'cut')
        cpSync(whole, source, { recursive: true })
        const text = readFileSync(join(source, file), 'utf8')
        writeFileSync(join(source, file), text.slice(0, Math.floor(share * text.length)))
        const { imported, refused } = await bench.library.import(source)
        expect(imported.length + refused.length).toBe(1)
        expect(readdirSync(bench.folders.runsDir)).toEqual(imported.map(({ id }) => id))
        for (const { id } of imported) {
          expect(runsById(bench.store, [id]).get(id)).toMatchObject({ name: '', state: 'done' })
          await bench.library.trash([id])
          await bench.library.erase([id])
        }
      }),
      { numRuns: 25 },
    )
  })

  it('refuses a run that changes while it is copied, and leaves nothing of it', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere()
    const source = join(folder, ids[0])
    for (let i = 0; i < 100; i++) writeFileSync(join(source, 'exports', `${i}`), '')
    const report = bench.library.import(source)
    await vi.waitFor(() => expect(readdirSync(bench.folders.runsDir)).not.toEqual([]), { interval: 1 })
    appendFileSync(join(source, 'events.ndjson'), '{"seq":17')
    expect((await report).refused).toMatchObject([{ from: ids[0], problem: { code: 'run-busy' } }])
    expect(readdirSync(bench.folders.runsDir)).toEqual([])
  })

  it('says so when there is no run at all', async () => {
    const bench = await openLibrary()
    await expect(bench.library.import(temporaryFolder())).rejects.toMatchObject({ code: 'no-runs-found' })
  })

  it('of the same folder twice at once copies it once', async () => {
    const bench = await openLibrary()
    const { folder, ids } = elsewhere()
    const reports = await Promise.all([bench.library.import(folder), bench.library.import(folder)])
    expect(reports.map(({ imported, present }) => [imported.length, present.length])).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(readdirSync(bench.folders.runsDir)).toEqual(ids)
  })

  it('ends with the run that it is at when the library is closed', async () => {
    const bench = await openLibrary()
    const { folder } = elsewhere(5)
    const report = bench.library.import(folder)
    await vi.waitFor(() => expect(bench.pushes.length).toBeGreaterThan(0), { interval: 1 })
    await bench.library.close()
    bench.close()
    const { imported, refused } = await report
    expect(refused).toEqual([])
    expect(imported.length).toBeLessThan(5)
    expect(readdirSync(bench.folders.runsDir)).toEqual(imported.map(({ id }) => id))
  })

  it('that a crash cut short leaves nothing once the library is opened again', async () => {
    const bench = await openLibrary()
    const leftover = join(bench.folders.runsDir, '.unfinished-import-1')
    mkdirSync(leftover)
    bench.close()
    await openLibrary(bench.dataDir)
    expect(existsSync(leftover)).toBe(false)
  })
})
