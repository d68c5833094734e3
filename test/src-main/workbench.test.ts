import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunEvent } from '#contract/run/events.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { ownRequest } from '#contract/shapley/valuation.ts'
import { whatIfRequest } from '#contract/what-if/record.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { writeStudy } from '#main/studies/study-files.ts'
import type { EndOfRuns } from '#main/runs/scheduler.ts'
import type { SpawnWorker } from '#main/workers/spawn-worker.ts'
import { identifyProcess } from '#worker/run-directory/process-identity.ts'
import { readEvents, readStatus } from '#worker/run-directory/read.ts'
import { changeStatus, createRun, RunWriter, writeStatus } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from './sample-runs.ts'
import { allRuns } from '../fixtures/all-runs.ts'

const fakeWorker = fileURLToPath(new URL('./fake-worker.ts', import.meta.url))
const opened: Workbench[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const workbench of opened.splice(0)) await workbench.close()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Opened {
  workbench: Workbench
  pushes: { at: number; push: Push }[]
  problems: ProblemReport[]
  dataDir: string
  runsDir: string
}

async function open(
  dataDir = temporaryFolder(),
  spawnWorker: SpawnWorker = forkWorkers(fakeWorker),
): Promise<Opened> {
  const pushes: Opened['pushes'] = []
  const problems: ProblemReport[] = []
  const workbench = await createWorkbench({
    dataDir,
    spawnWorker,
    report: (problem) => problems.push(problem),
    stopDelays: { cancelMs: 400, terminateMs: 200 },
    scanMs: 50,
  })
  opened.push(workbench)
  workbench.subscribe((push) => pushes.push({ at: performance.now(), push }))
  return { workbench, pushes, problems, dataDir, runsDir: join(dataDir, 'runs') }
}

async function close({ workbench }: Opened, running: EndOfRuns = 'pause'): Promise<void> {
  opened.splice(opened.indexOf(workbench), 1)
  await workbench.close({ running })
}

const start = ({ workbench }: Opened, name: string) =>
  workbench.handlers['runs.start'](sampleConfig({ name }))

async function summaryOf({ workbench }: Opened, id: string): Promise<RunSummary | undefined> {
  return (await workbench.handlers['runs.query'](allRuns)).rows.find((summary) => summary.id === id)
}

const eventually = (claim: () => void | Promise<void>) => vi.waitFor(claim, { timeout: 20_000, interval: 20 })

const reaches = (bench: Opened, id: string, state: RunSummary['state']) =>
  eventually(async () => expect((await summaryOf(bench, id))?.state).toBe(state))

const pushedEvents = ({ pushes }: Opened, id: string): RunEvent[] =>
  pushes.flatMap(({ push }) => (push.topic === 'run.events' && push.id === id ? push.events : []))

const pushedStates = ({ pushes }: Opened, id: string): string[] =>
  pushes.flatMap(({ push }) =>
    push.topic === 'run.changed' && push.summary.id === id ? [push.summary.state] : [],
  )

describe('a run of the workbench', () => {
  it('is queued, worked on and done, and every event of its log is pushed once, in order', async () => {
    const bench = await open()
    const id = await start(bench, 'quick')
    await reaches(bench, id, 'done')
    const { events, summary, config, directory } = await bench.workbench.handlers['runs.get'](id)
    expect(pushedEvents(bench, id).map(({ seq }) => seq)).toEqual([0, 1])
    expect(events).toEqual(pushedEvents(bench, id).slice(-1))
    expect(pushedStates(bench, id)[0]).toBe('queued')
    expect(pushedStates(bench, id).at(-1)).toBe('done')
    expect(summary).toEqual(await summaryOf(bench, id))
    expect(config.name).toBe('quick')
    expect(directory).toBe(join(bench.runsDir, id))
    expect(bench.problems).toEqual([])
  })

  it('that is started alone belongs to no study, whatever its configuration was taken from', async () => {
    const bench = await open()
    const config = sampleConfig({ name: 'quick', study: 'of-another-run' })
    const id = await bench.workbench.handlers['runs.start'](config)
    expect(await summaryOf(bench, id)).toMatchObject({ study: null })
    expect((await bench.workbench.handlers['runs.get'](id)).config.study).toBeUndefined()
    await reaches(bench, id, 'done')
  })

  it('waits until the one before it has ended', async () => {
    const bench = await open()
    const first = await start(bench, 'waits')
    const second = await start(bench, 'quick')
    await reaches(bench, first, 'running')
    expect((await summaryOf(bench, second))?.state).toBe('queued')
    await bench.workbench.handlers['runs.cancel'](first)
    await reaches(bench, first, 'cancelled')
    await reaches(bench, second, 'done')
  })

  it('can be cancelled while it waits', async () => {
    const bench = await open()
    const first = await start(bench, 'waits')
    const second = await start(bench, 'quick')
    await bench.workbench.handlers['runs.cancel'](second)
    expect((await summaryOf(bench, second))?.state).toBe('cancelled')
    await bench.workbench.handlers['runs.cancel'](first)
    await reaches(bench, first, 'cancelled')
    expect(pushedEvents(bench, second)).toEqual([])
  })

  it('can be paused and goes on when it is resumed, at once or while it waits', async () => {
    const bench = await open()
    const { 'runs.pause': pause, 'runs.resume': resume } = bench.workbench.handlers
    const id = await start(bench, 'waits')
    const waiting = await start(bench, 'quick')
    await reaches(bench, id, 'running')
    await pause(waiting)
    await pause(id)
    await reaches(bench, id, 'paused')
    await resume(id)
    await reaches(bench, id, 'running')
    await resume(waiting)
    await bench.workbench.handlers['runs.cancel'](id)
    await reaches(bench, waiting, 'done')
    expect(readStatus(join(bench.runsDir, id))).toMatchObject({ state: 'cancelled', problem: null })
    expect(bench.problems).toEqual([])
  })

  it('is what the last word says when it was told to pause and then to cancel', async () => {
    const bench = await open()
    const id = await start(bench, 'deaf')
    await reaches(bench, id, 'running')
    await bench.workbench.handlers['runs.pause'](id)
    await bench.workbench.handlers['runs.cancel'](id)
    await reaches(bench, id, 'cancelled')
    expect(pushedStates(bench, id)).not.toContain('paused')
  })

  it('is interrupted when somebody kills its worker, and says what may be behind that', async () => {
    const bench = await open()
    const id = await start(bench, 'is killed')
    await reaches(bench, id, 'interrupted')
    const { problem } = readStatus(join(bench.runsDir, id))
    expect(problem).toMatchObject({
      where: id,
      detail: expect.stringMatching(/SIGKILL.*memory|memory is short/),
    })
  })

  it('fails with what its worker said, where that had no room for it in the status', async () => {
    const bench = await open()
    const id = await start(bench, 'has no room')
    await reaches(bench, id, 'failed')
    expect(readStatus(join(bench.runsDir, id)).problem).toMatchObject({
      code: 'data-folder-unwritable',
      where: 'events.ndjson',
    })
  })

  it('has failed when its worker ends before it begins, with nothing to lose and a second try', async () => {
    const bench = await open()
    const id = await start(bench, 'dies early')
    await reaches(bench, id, 'failed')
    expect(readStatus(join(bench.runsDir, id)).problem).toMatchObject({
      code: 'worker-not-started',
      detail: 'it ended with exit code 4',
    })
    await bench.workbench.handlers['runs.resume'](id)
    await eventually(() => expect(pushedStates(bench, id)).toContain('queued'))
    await reaches(bench, id, 'failed')
  })

  it('goes before others of lower priority, in the order in which they came', async () => {
    const bench = await open()
    const { 'runs.prioritise': prioritise, 'queue.get': queue } = bench.workbench.handlers
    const first = await start(bench, 'waits')
    const [a, b, c, d] = [
      await start(bench, 'quick'),
      await start(bench, 'quick'),
      await start(bench, 'quick'),
      await start(bench, 'quick'),
    ]
    await prioritise(c, 2)
    await prioritise(b, 2)
    await prioritise(d, -1)
    expect((await queue()).waiting).toEqual([b, c, a, d])
    await expect(prioritise(first, 1)).rejects.toMatchObject({ code: 'run-busy' })
    expect((await summaryOf(bench, c))?.priority).toBe(2)
    const told = () =>
      bench.pushes.flatMap(({ push }) => (push.topic === 'queue.changed' ? [push.queue] : []))
    await eventually(() => expect(told().at(-1)?.waiting).toEqual([b, c, a, d]))
  })

  it('that is given up goes to the trash, but not while it is worked on', async () => {
    const bench = await open()
    const { 'runs.discard': discard, 'runs.cancel': cancel } = bench.workbench.handlers
    const id = await start(bench, 'waits')
    await reaches(bench, id, 'running')
    await expect(discard(id)).rejects.toMatchObject({ code: 'run-busy' })
    await cancel(id)
    await reaches(bench, id, 'cancelled')
    await discard(id)
    expect(await summaryOf(bench, id)).toBeUndefined()
    expect(readdirSync(join(bench.dataDir, 'trash'))).toEqual([id])
  })

  it('is ended by force when its worker does not listen, and is cancelled all the same', async () => {
    const bench = await open()
    const id = await start(bench, 'deaf')
    await reaches(bench, id, 'running')
    await bench.workbench.handlers['runs.cancel'](id)
    await reaches(bench, id, 'cancelled')
    expect(readStatus(join(bench.runsDir, id)).problem).toBeNull()
  })

  it('is interrupted with a problem when its worker dies, and goes on when it is resumed', async () => {
    const bench = await open()
    const id = await start(bench, 'dies once')
    await reaches(bench, id, 'interrupted')
    const { problem } = readStatus(join(bench.runsDir, id))
    expect(problem).toMatchObject({ code: 'worker-died', where: id, detail: 'it ended with exit code 3' })
    await bench.workbench.handlers['runs.resume'](id)
    await reaches(bench, id, 'done')
    const { events } = await bench.workbench.handlers['runs.get'](id)
    expect(events.map(({ type }) => type)).toEqual(['resumed', 'progress'])
    expect(pushedEvents(bench, id).map(({ seq }) => seq)).toEqual([0, 1, 2, 3])
  })

  it('that another process took first stays with that process', async () => {
    const opened = await open()
    const taken = await start(opened, 'comes late')
    const next = await start(opened, 'quick')
    await eventually(async () => expect((await summaryOf(opened, next))?.state).toBe('done'))
    const { state, process: holder } = readStatus(join(opened.runsDir, taken))
    expect({ state, pid: holder?.pid }).toEqual({ state: 'running', pid: process.pid })
  })

  it('is pushed at most ten times a second, however fast it logs', async () => {
    const bench = await open()
    const id = await start(bench, 'busy')
    await reaches(bench, id, 'done')
    const times = bench.pushes.map(({ at }) => at)
    const perSecond = times.map((from) => times.filter((at) => at >= from && at < from + 1000).length)
    expect(pushedEvents(bench, id)).toHaveLength(302)
    // Queueing and ending are told at once, beside the steady pushes.
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(14)
  })

  it('cannot be resumed while it is being worked on or when it is done', async () => {
    const bench = await open()
    const running = await start(bench, 'waits')
    await reaches(bench, running, 'running')
    const resume = bench.workbench.handlers['runs.resume']
    await expect(resume(running)).rejects.toMatchObject({
      code: 'run-not-resumable',
      detail: 'it is running',
    })
    await bench.workbench.handlers['runs.cancel'](running)
    const done = await start(bench, 'quick')
    await reaches(bench, done, 'done')
    await expect(resume(done)).rejects.toMatchObject({ code: 'run-not-resumable', detail: 'it is done' })
  })

  it.each(['runs.get', 'runs.cancel', 'runs.resume'] as const)(
    'is told to be missing by %s',
    async (name) => {
      const { workbench } = await open()
      await expect(workbench.handlers[name]('nothing')).rejects.toMatchObject({ code: 'run-not-found' })
    },
  )

  it('that vanishes while it is worked on leaves the list', async () => {
    const bench = await open()
    const id = await start(bench, 'removes itself')
    await eventually(async () =>
      expect(await bench.workbench.handlers['runs.query'](allRuns)).toMatchObject({ total: 0 }),
    )
    expect(bench.problems.every(({ code }) => code === 'run-not-found')).toBe(true)
    expect(readdirSync(bench.runsDir)).not.toContain(id)
  })
})

describe('closing the workbench', () => {
  it('pauses what runs and can be resumed; what waits is queued again in its order', async () => {
    const bench = await open()
    const running = await start(bench, 'waits')
    const waiting = [await start(bench, 'quick'), await start(bench, 'waits'), await start(bench, 'waits')]
    await bench.workbench.handlers['runs.prioritise'](waiting[2], 5)
    await reaches(bench, running, 'running')
    await close(bench)
    expect(readStatus(join(bench.runsDir, running))).toMatchObject({ state: 'paused', problem: null })
    const again = await open(bench.dataDir)
    expect(await again.workbench.handlers['queue.get']()).toEqual({
      slots: [{ device: 'cpu', run: waiting[2] }],
      waiting: waiting.slice(0, 2),
    })
    await again.workbench.handlers['runs.resume'](running)
    expect((await again.workbench.handlers['queue.get']()).waiting).toEqual([...waiting.slice(0, 2), running])
    await again.workbench.handlers['runs.pause'](waiting[1])
    await again.workbench.handlers['runs.cancel'](waiting[2])
    await reaches(again, waiting[0], 'done')
    await reaches(again, running, 'running')
    expect((await summaryOf(again, waiting[1]))?.state).toBe('paused')
  })

  it('may cancel what runs', async () => {
    const bench = await open()
    const running = await start(bench, 'waits')
    await reaches(bench, running, 'running')
    await close(bench, 'cancel')
    expect(readStatus(join(bench.runsDir, running)).state).toBe('cancelled')
  })

  it('puts a run back whose worker does not know it yet', async () => {
    const bench = await open()
    const id = await start(bench, 'waits')
    await close(bench)
    expect(readStatus(join(bench.runsDir, id))).toMatchObject({ state: 'queued', problem: null })
  })

  it.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('may keep what runs; the next one has it in its slot and can %s it', async (command, state) => {
    const bench = await open()
    const kept = await start(bench, 'waits')
    const waiting = await start(bench, 'quick')
    await reaches(bench, kept, 'running')
    await close(bench, 'keep')
    const { process: holder } = readStatus(join(bench.runsDir, kept))
    expect(identifyProcess(holder!.pid)).toEqual(holder)
    const again = await open(bench.dataDir)
    const queue = { slots: [{ device: 'cpu', run: kept }], waiting: [waiting] }
    expect(await again.workbench.handlers['queue.get']()).toEqual(queue)
    await again.workbench.handlers[`runs.${command}`](kept)
    await reaches(again, kept, state)
    await reaches(again, waiting, 'done')
    expect(identifyProcess(holder!.pid)).toBeNull()
  })

  it('cannot keep workers that end with it, and stays open', async () => {
    const bench = await open(temporaryFolder(), (options) => {
      const { keep: _, ...worker } = forkWorkers(fakeWorker)(options)
      return worker
    })
    const id = await start(bench, 'waits')
    await reaches(bench, id, 'running')
    await expect(bench.workbench.close({ running: 'keep' })).rejects.toMatchObject({
      code: 'keep-impossible',
    })
    expect((await summaryOf(bench, id))?.state).toBe('running')
  })

  it('lets the next one have the data folder, and not before', async () => {
    const bench = await open()
    await expect(open(bench.dataDir)).rejects.toMatchObject({ code: 'data-folder-locked' })
    await close(bench)
    await open(bench.dataDir)
  })
})

describe('runs of other processes', () => {
  it('appear, are pushed as they grow, and end', async () => {
    const bench = await open()
    const { id, directory } = createRun(bench.runsDir, sampleConfig({ name: 'of a terminal' }))
    const writer = RunWriter.open(directory)
    writer.setStatus('running')
    writer.append({ type: 'progress', phase: 'search', done: 0.1, doing: 'a' })
    await reaches(bench, id, 'running')
    writer.append({ type: 'progress', phase: 'search', done: 0.2, doing: 'b' })
    await eventually(() => expect(pushedEvents(bench, id)).toHaveLength(2))
    appendFileSync(join(directory, 'events.ndjson'), '{"seq":2,"at":1,"type":"resu')
    await new Promise((resolve) => setTimeout(resolve, 150))
    appendFileSync(join(directory, 'events.ndjson'), 'med","afterSeq":-1}\n')
    await eventually(() => expect(pushedEvents(bench, id).map(({ seq }) => seq)).toEqual([0, 1, 2]))
    writer.setStatus('done')
    writer.close()
    await reaches(bench, id, 'done')
    expect(bench.problems).toEqual([])
  })

  it('leave the list with their directory', async () => {
    const bench = await open()
    const id = writeWholeRun(bench.runsDir)
    await reaches(bench, id, 'done')
    rmSync(join(bench.runsDir, id), { recursive: true })
    await eventually(async () => expect(await summaryOf(bench, id)).toBeUndefined())
  })

  it('are interrupted when their process has died, before the workbench opens or after', async () => {
    const dataDir = temporaryFolder()
    const runsDir = join(dataDir, 'runs')
    mkdirSync(runsDir)
    const [before, after] = ['waits', 'waits'].map((name) => createRun(runsDir, sampleConfig({ name })))
    const [died, lives] = [before, after].map(({ directory }) => {
      const child = fork(fakeWorker)
      children.push(child)
      child.send({ type: 'run', directory, dataDir })
      return child
    })
    for (const { directory } of [before, after])
      await eventually(() => expect(readEvents(directory)).toHaveLength(1))
    died.kill('SIGKILL')
    await once(died, 'exit')
    const bench = await open(dataDir)
    expect((await summaryOf(bench, before.id))?.state).toBe('interrupted')
    expect((await summaryOf(bench, after.id))?.state).toBe('running')
    lives.kill('SIGKILL')
    await reaches(bench, after.id, 'interrupted')
    expect(readStatus(after.directory).problem?.code).toBe('worker-died')
  })

  it.each(['done', 'interrupted'] as const)(
    'that a terminal has taken out of the queue are not begun again here when they are %s',
    async (state) => {
      const bench = await open()
      const first = await start(bench, 'waits')
      const [taken, next] = [await start(bench, 'quick'), await start(bench, 'quick')]
      const directory = join(bench.runsDir, taken)
      changeStatus(directory, () => ({ queuedAt: null }))
      const writer = RunWriter.open(directory)
      writer.setStatus('running')
      writer.append({ type: 'progress', phase: 'search', done: 0.4, doing: 'in a terminal' })
      writer.setStatus(state)
      writer.close()
      await reaches(bench, taken, state)
      await eventually(async () =>
        expect((await bench.workbench.handlers['queue.get']()).waiting).toEqual([next]),
      )
      await bench.workbench.handlers['runs.cancel'](first)
      await reaches(bench, next, 'done')
      expect(readStatus(directory).state).toBe(state)
      expect(readEvents(directory)).toHaveLength(1)
    },
  )

  it('that a terminal has taken out of the queue wait once, and last, when they are resumed here', async () => {
    const bench = await open()
    await start(bench, 'waits')
    const [taken, next] = [await start(bench, 'quick'), await start(bench, 'quick')]
    changeStatus(join(bench.runsDir, taken), () => ({ queuedAt: null, state: 'interrupted' }))
    await bench.workbench.handlers['runs.resume'](taken)
    expect((await bench.workbench.handlers['queue.get']()).waiting).toEqual([next, taken])
  })

  it('stop at a checkpoint when they are cancelled here', async () => {
    const bench = await open()
    const { id, directory } = createRun(bench.runsDir, sampleConfig({ name: 'waits' }))
    const child = fork(fakeWorker)
    children.push(child)
    child.send({ type: 'run', directory, dataDir: bench.dataDir })
    const exit = once(child, 'exit')
    await reaches(bench, id, 'running')
    await bench.workbench.handlers['runs.cancel'](id)
    await reaches(bench, id, 'cancelled')
    expect(await exit).toEqual([0, null])
  })

  it('that were queued long ago were given up; one that was queued just now was not', async () => {
    const dataDir = temporaryFolder()
    const runsDir = join(dataDir, 'runs')
    mkdirSync(runsDir)
    const old = createRun(runsDir, sampleConfig(), Date.now() - 120_000)
    const fresh = createRun(runsDir, sampleConfig())
    const bench = await open(dataDir)
    expect((await summaryOf(bench, old.id))?.state).toBe('interrupted')
    expect((await summaryOf(bench, fresh.id))?.state).toBe('queued')
  })

  it('of another user cannot be stopped from here, which is said at once', async () => {
    const bench = await open()
    const { id, directory } = createRun(bench.runsDir, sampleConfig())
    const status = writeStatus(directory, 'running')
    const init = { ...status, process: identifyProcess(1) }
    writeFileSync(join(directory, 'status.json'), JSON.stringify(init))
    await reaches(bench, id, 'running')
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
    })
    try {
      const cancelled = bench.workbench.handlers['runs.cancel'](id)
      await expect(cancelled).rejects.toMatchObject({
        code: 'not-allowed',
        detail: expect.stringContaining('another user'),
      })
    } finally {
      kill.mockRestore()
    }
    expect((await bench.workbench.handlers['queue.get']()).slots).toMatchObject([{ run: null }])
  })

  it('of another user that wait for no workbench any more take no slot, and keep none from closing', async () => {
    const dataDir = temporaryFolder()
    const runsDir = join(dataDir, 'runs')
    mkdirSync(runsDir)
    const { id, directory } = createRun(runsDir, sampleConfig(), Date.now(), { inQueue: true })
    const init = { ...writeStatus(directory, 'running'), process: identifyProcess(1) }
    writeFileSync(join(directory, 'status.json'), JSON.stringify(init))
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
    })
    try {
      const bench = await open(dataDir)
      expect((await summaryOf(bench, id))?.state).toBe('running')
      expect((await bench.workbench.handlers['queue.get']()).slots).toMatchObject([{ run: null }])
      const cancelled = bench.workbench.handlers['runs.cancel'](id)
      await expect(cancelled).rejects.toMatchObject({ code: 'not-allowed' })
      const closed = close(bench).then(() => 'closed')
      expect(await Promise.race([closed, pause(3000, 'still open')])).toBe('closed')
    } finally {
      kill.mockRestore()
    }
  })

  it('that are links to somewhere else are neither resumed, paused, cancelled nor put forward', async () => {
    const bench = await open()
    const elsewhere = createRun(temporaryFolder(), sampleConfig())
    writeStatus(elsewhere.directory, 'paused')
    const id = 'a-link'
    symlinkSync(elsewhere.directory, join(bench.runsDir, id))
    const { handlers } = bench.workbench
    for (const call of ['runs.resume', 'runs.pause', 'runs.cancel'] as const)
      await expect(handlers[call](id)).rejects.toMatchObject({ code: 'run-not-found' })
    await expect(handlers['runs.prioritise'](id, 5)).rejects.toMatchObject({ code: 'run-not-found' })
    expect(await handlers['runs.compare']([id])).toMatchObject([{ problem: { code: 'run-not-found' } }])
    expect(readStatus(elsewhere.directory)).toMatchObject({ state: 'paused', priority: 0 })
  })

  it('that were imported do not have a table read that no window was shown', async () => {
    const bench = await open()
    const table = join(temporaryFolder(), 'secret.csv')
    const modalities = { b: { type: 'vector', column: 'b' } } as const
    const dataset = { kind: 'table', path: table, label: 'a', modalities } as const
    const runs = ['own', 'imported'].map((name) =>
      createRun(bench.runsDir, sampleConfig({ name: 'quick', dataset, seed: name.length })),
    )
    for (const [i, { directory }] of runs.entries()) {
      const status = writeStatus(directory, 'paused')
      writeFileSync(join(directory, 'status.json'), JSON.stringify({ ...status, imported: i === 1 }))
    }
    const { handlers } = bench.workbench
    await handlers['runs.resume'](runs[0].id)
    await expect(handlers['runs.resume'](runs[1].id)).rejects.toMatchObject({
      code: 'not-allowed',
      where: table,
    })
    expect(readStatus(runs[1].directory).state).toBe('paused')
    const again = { code: 'not-allowed', where: table }
    const valued = handlers['valuations.start'](runs[1].id, ownRequest(sampleConfig()))
    await expect(valued).rejects.toMatchObject(again)
    const swaps = whatIfRequest.parse({ choice: { kind: 'random', count: 1 } })
    await expect(handlers['whatIf.start'](runs[1].id, swaps)).rejects.toMatchObject(again)
  })

  it('on another machine are neither ended nor taken for dead', async () => {
    const bench = await open()
    const { id, directory } = createRun(bench.runsDir, sampleConfig())
    const status = writeStatus(directory, 'running')
    const elsewhere = { ...status, process: { pid: 1, startTime: 'then', host: 'elsewhere' } }
    writeFileSync(join(directory, 'status.json'), JSON.stringify(elsewhere))
    await reaches(bench, id, 'running')
    await expect(bench.workbench.handlers['runs.cancel'](id)).rejects.toMatchObject({ code: 'not-allowed' })
    expect(readStatus(directory).state).toBe('running')
  })

  it('that are damaged are reported once and do not hide the others', async () => {
    const bench = await open()
    const damaged = writeWholeRun(bench.runsDir)
    writeFileSync(join(bench.runsDir, damaged, 'status.json'), '{')
    const whole = writeWholeRun(bench.runsDir)
    await reaches(bench, whole, 'done')
    await new Promise((resolve) => setTimeout(resolve, 200))
    const told = bench.problems.filter(({ where }) => where.endsWith('status.json'))
    expect(told.map(({ code }) => code)).toEqual(['run-damaged'])
  })
})

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
