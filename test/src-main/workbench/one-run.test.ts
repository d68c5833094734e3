import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readStatus } from '#worker/run-directory/read.ts'
import { sampleConfig } from '../sample-runs.ts'
import { allRuns } from '../../fixtures/all-runs.ts'
import { eventually, open, pushedEvents, pushedStates, reaches, start, summaryOf } from './open-workbench.ts'

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
