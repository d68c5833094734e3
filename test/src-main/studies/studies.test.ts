import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { StudyPlan } from '#contract/config/study.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { readConfig } from '#worker/run-directory/read.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'

const fakeWorker = fileURLToPath(new URL('../fake-worker.ts', import.meta.url))
const opened: Workbench[] = []
afterEach(async () => {
  for (const workbench of opened.splice(0)) await workbench.close()
})

async function open(dataDir = temporaryFolder()) {
  const problems: unknown[] = []
  const workbench = await createWorkbench({
    dataDir,
    spawnWorker: forkWorkers(fakeWorker),
    report: (problem) => problems.push(problem),
    stopDelays: { cancelMs: 400, terminateMs: 200 },
    scanMs: 50,
  })
  opened.push(workbench)
  const { handlers } = workbench
  // keeps the only slot, so that whatever a study queues waits
  const blocker = await handlers['runs.start'](sampleConfig({ name: 'waits' }))
  const runsDir = join(dataDir, 'runs')
  const made = () => visibleIn(runsDir).filter((id) => id !== blocker)
  return { dataDir, runsDir, made, problems, handlers, workbench }
}

const plan = (changes: Partial<StudyPlan> = {}): StudyPlan => ({
  name: 'depth',
  base: sampleConfig(),
  axes: [
    {
      title: 'Fusion: Cells',
      values: [1, 2].map((cells) => ({ label: String(cells), changes: { 'space.cells': cells } })),
    },
  ],
  seeds: [1, 2, 3],
  ...changes,
})

const visibleIn = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'))

describe('a study', () => {
  it('queues a run of every point and seed, which know it, in the order of the grid', async () => {
    const { handlers, runsDir, dataDir } = await open()
    const id = await handlers['studies.create'](plan())
    const { study, runs } = await handlers['studies.get'](id)
    expect(study.runs.map(({ point, seed }) => [point, seed])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 1],
      [1, 2],
      [1, 3],
    ])
    expect(runs.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'queued'))
    expect((await handlers['queue.get']()).waiting).toEqual(study.runs.map((run) => run.id))
    const configs = study.runs.map((run) => readConfig(join(runsDir, run.id)))
    expect(configs.map(({ study: of, seed, space }) => [of, seed, space.cells])).toEqual([
      [id, 1, 1],
      [id, 2, 1],
      [id, 3, 1],
      [id, 1, 2],
      [id, 2, 2],
      [id, 3, 2],
    ])
    const [summary] = await handlers['studies.list']()
    expect(summary).toMatchObject({ id, name: 'depth', points: 2, seeds: 3 })
    expect(visibleIn(join(dataDir, 'studies'))).toEqual([`${id}.json`])
  })

  it('queues nothing when one of its points cannot be', async () => {
    const { handlers, made, dataDir } = await open()
    const bad = plan()
    bad.axes[0].values[1].changes = { 'space.cells': 99 }
    await expect(handlers['studies.create'](bad)).rejects.toThrow('point 2')
    expect(made()).toEqual([])
    // a file in the place of the folder: the study cannot be written after its runs were made
    writeFileSync(join(dataDir, 'studies'), '')
    await expect(handlers['studies.create'](plan())).rejects.toThrow('studies')
    expect(made()).toEqual([])
    expect((await handlers['queue.get']()).waiting).toEqual([])
  })

  it('gets further seeds, and keeps those that it has', async () => {
    const { handlers } = await open()
    const id = await handlers['studies.create'](plan({ seeds: [1] }))
    await handlers['studies.addSeeds'](id, [1, 4])
    const { study } = await handlers['studies.get'](id)
    expect(study.seeds).toEqual([1, 4])
    expect(study.runs.map(({ point, seed }) => [point, seed])).toEqual([
      [0, 1],
      [1, 1],
      [0, 4],
      [1, 4],
    ])
    await expect(handlers['studies.addSeeds']('gone', [1])).rejects.toThrow('no such study')
  })

  it('that cannot be read for now keeps its runs, which wait', async () => {
    const first = await open()
    const id = await first.handlers['studies.create'](plan({ seeds: [1] }))
    const waiting = (await first.handlers['queue.get']()).waiting
    opened.splice(opened.indexOf(first.workbench), 1)
    await first.workbench.close()
    const file = join(first.dataDir, 'studies', `${id}.json`)
    renameSync(file, `${file}.away`)
    // a folder in its place: there is something, but it cannot be read
    mkdirSync(file)
    const { handlers } = await open(first.dataDir)
    expect((await handlers['runs.overview']()).trashed).toBe(0)
    const { slots, waiting: then } = await handlers['queue.get']()
    expect([...slots.flatMap(({ run }) => run ?? []), ...then]).toEqual(expect.arrayContaining(waiting))
  })

  it('is found by the next workbench, and a damaged one hides no other', async () => {
    const first = await open()
    const id = await first.handlers['studies.create'](plan({ seeds: [1] }))
    for (const run of (await first.handlers['queue.get']()).waiting) await first.handlers['runs.cancel'](run)
    opened.splice(opened.indexOf(first.workbench), 1)
    await first.workbench.close()
    writeFileSync(join(first.dataDir, 'studies', 'damaged.json'), '{')
    const { handlers, problems } = await open(first.dataDir)
    expect((await handlers['studies.list']()).map((study) => study.id)).toEqual([id])
    expect(problems).toMatchObject([{ code: 'run-damaged' }])
  })
})
