import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { identifyProcess } from '#worker/run-directory/process-identity.ts'
import { readStatus } from '#worker/run-directory/read.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { close, fakeWorker, open, reaches, start, summaryOf } from './open-workbench.ts'

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
