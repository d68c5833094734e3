import { once } from 'node:events'
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { ownRequest } from '#contract/shapley/valuation.ts'
import { whatIfRequest } from '#contract/what-if/record.ts'
import { identifyProcess } from '#worker/run-directory/process-identity.ts'
import { readEvents, readStatus } from '#worker/run-directory/read.ts'
import { changeStatus, createRun, RunWriter, writeStatus } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig, writeWholeRun } from '../sample-runs.ts'
import {
  close,
  eventually,
  forkWorker,
  open,
  pushedEvents,
  reaches,
  start,
  summaryOf,
} from './open-workbench.ts'

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
      const child = forkWorker()
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
    const child = forkWorker()
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
