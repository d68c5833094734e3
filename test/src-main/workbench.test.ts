import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeStudy } from '#main/studies/study-files.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from './sample-runs.ts'
import { eventually, open, pushedStates, reaches, type Opened } from './workbench/open-workbench.ts'

describe('the workbench', () => {
  it('tells all others when one listener fails', async () => {
    const { workbench, pushes, problems } = await open()
    const told: string[] = []
    workbench.subscribe(() => {
      throw new Error('the window is gone')
    })
    workbench.subscribe(({ topic }) => told.push(topic))
    const id = await workbench.handlers['runs.start'](sampleConfig({ name: 'quick' }))
    await eventually(() => expect(pushedStates({ pushes } as Opened, id)).toContain('done'))
    expect(told).toEqual(expect.arrayContaining(['run.changed', 'run.events', 'queue.changed']))
    expect(problems[0]).toMatchObject({ code: 'internal', detail: 'the window is gone' })
  })

  it('goes on where the folder of runs cannot be read for a while', async () => {
    const bench = await open()
    const id = writeWholeRun(bench.runsDir)
    await reaches(bench, id, 'done')
    renameSync(bench.runsDir, `${bench.runsDir}-away`)
    writeFileSync(bench.runsDir, '')
    await eventually(() =>
      expect(bench.problems).toMatchObject([{ detail: expect.stringMatching(/^ENOTDIR/) }]),
    )
    rmSync(bench.runsDir)
    renameSync(`${bench.runsDir}-away`, bench.runsDir)
    const other = writeWholeRun(bench.runsDir)
    await reaches(bench, other, 'done')
  })

  it('leaves the data folder to others when it cannot be opened', async () => {
    const dataDir = temporaryFolder()
    writeFileSync(join(dataDir, 'runs'), '')
    await expect(open(dataDir)).rejects.toMatchObject({ code: 'data-folder-unwritable' })
    rmSync(join(dataDir, 'runs'))
    await open(dataDir)
  })

  it('puts runs into the trash that were made for a study which was never written', async () => {
    const dataDir = temporaryFolder()
    const runsDir = join(dataDir, 'runs')
    mkdirSync(runsDir)
    const runOf = (study?: string) =>
      createRun(runsDir, sampleConfig({ name: 'waits', study }), Date.now(), { inQueue: true }).id
    const known = runOf('whole')
    const [lost, later] = [runOf('half'), runOf('whole')]
    const alone = runOf()
    const plan = { name: '', base: sampleConfig(), axes: [], seeds: [1], createdAt: 1 }
    writeStudy(dataDir, { schemaVersion: 1, id: 'whole', ...plan, runs: [{ id: known, point: 0, seed: 1 }] })
    const { workbench, problems } = await open(dataDir)
    const waits = async () => {
      const { slots, waiting } = await workbench.handlers['queue.get']()
      return [...slots.flatMap(({ run }) => run ?? []), ...waiting].toSorted()
    }
    expect(await waits()).toEqual([known, alone].toSorted())
    await eventually(() =>
      expect(readdirSync(join(dataDir, 'trash')).toSorted()).toEqual([lost, later].toSorted()),
    )
    expect(problems.map(({ code, where }) => [code, where])).toEqual(
      expect.arrayContaining([
        ['study-not-found', 'half'],
        ['study-not-found', 'whole'],
      ]),
    )
    expect((await workbench.handlers['runs.overview']()).trashed).toBe(2)
  })

  it('lets runs of a study wait that is not known here, where they were imported or have begun', async () => {
    const dataDir = temporaryFolder()
    const runsDir = join(dataDir, 'runs')
    mkdirSync(runsDir)
    const config = sampleConfig({ name: 'waits', study: 'of-another-folder' })
    const [imported, begun] = [1, 2].map(() => createRun(runsDir, config, Date.now(), { inQueue: true }))
    const path = join(imported.directory, 'status.json')
    writeFileSync(path, JSON.stringify({ ...readStatus(imported.directory), imported: true }))
    const writer = RunWriter.open(begun.directory)
    writer.append({ type: 'progress', phase: 'search', done: 0.1, doing: 'a' })
    writer.close()
    const { workbench, problems } = await open(dataDir)
    const { slots, waiting } = await workbench.handlers['queue.get']()
    const both = [imported.id, begun.id].toSorted()
    expect([...slots.flatMap(({ run }) => run ?? []), ...waiting].toSorted()).toEqual(both)
    expect(problems).toEqual([])
  })

  it('removes what crashes have left under construction, but not what may be at this moment', async () => {
    const dataDir = temporaryFolder()
    const longAgo = new Date(Date.now() - 2 * 3600 * 1000)
    const old = ['', 'runs', 'studies', 'backups', 'diagnostics'].map((folder) => {
      mkdirSync(join(dataDir, folder), { recursive: true })
      const path = join(dataDir, folder, '.unfinished-old')
      writeFileSync(path, '')
      utimesSync(path, longAgo, longAgo)
      return path
    })
    const fresh = join(dataDir, 'studies', '.unfinished-fresh')
    writeFileSync(fresh, '')
    await open(dataDir)
    expect(old.filter((path) => existsSync(path))).toEqual([])
    expect(existsSync(fresh)).toBe(true)
  })
})
