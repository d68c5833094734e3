import { describe, expect, it } from 'vitest'
import { DeviceList } from '#main/devices/device-list.ts'
import { callWorker } from '#main/workers/call-worker.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import type { SpawnWorker, WorkerExit } from '#main/workers/spawn-worker.ts'

const worker = { spawnWorker: forkWorkers(), dataDir: '/nowhere' }

describe('the devices of this machine', () => {
  it('are listed best first; each either works or says why not', async () => {
    const list = new DeviceList(worker)
    const devices = await list.list()
    expect(devices.map(({ device }) => device)).toEqual(['cuda', 'webgpu', 'cpu'])
    expect(devices.at(-1)).toMatchObject({ device: 'cpu', available: true, reason: '' })
    expect(devices.at(-1)!.productMs).toBeGreaterThan(0)
    for (const { available, reason } of devices) expect(available).toBe(reason === '')
    expect(await list.list()).toBe(devices)
    const [{ available, reason }] = devices
    expect(available || /\.so|\.dll|not supported|not available/i.test(reason)).toBe(true)
  })

  it('a probe that dies is a device that does not work', async () => {
    const list = new DeviceList({ ...worker, spawnWorker: forkWorkers('/nowhere/worker.js') })
    for (const { available, reason } of await list.list()) {
      expect(available).toBe(false)
      expect(reason).toMatch(/exit code 1/)
    }
  })

  it('a driver that never comes back is one that does not work, and is not waited for', async () => {
    const killed: string[] = []
    const spawnWorker: SpawnWorker = () => {
      const { promise, resolve } = Promise.withResolvers<WorkerExit>()
      return {
        pid: 1,
        send: () => undefined,
        onMessage: () => undefined,
        onExit: (listener) => void promise.then(listener),
        kill(signal) {
          killed.push(signal)
          if (signal === 'SIGKILL') resolve({ code: null, signal })
        },
      }
    }
    const devices = await new DeviceList({ ...worker, spawnWorker }, 20).list()
    expect(devices.map(({ reason }) => reason)).toEqual(devices.map(() => expect.stringMatching('no answer')))
    expect(killed).toEqual(devices.flatMap(() => ['SIGTERM', 'SIGKILL']))
  })

  it('are tried once at a time, however many windows ask for that', async () => {
    const tried: string[] = []
    const spawnWorker: SpawnWorker = () => {
      const { promise, resolve } = Promise.withResolvers<WorkerExit>()
      return {
        pid: 1,
        send: ({ type }) => {
          tried.push(type)
          setTimeout(() => resolve({ code: 1 }), 5)
        },
        onMessage: () => undefined,
        onExit: (listener) => void promise.then(listener),
        kill: () => undefined,
      }
    }
    const list = new DeviceList({ ...worker, spawnWorker })
    const asked = [list.list(), list.listAgain(), list.listAgain()]
    const [first] = await Promise.all(asked)
    expect(tried).toHaveLength(first.length)
    expect(await Promise.all(asked)).toEqual([first, first, first])
    await list.listAgain()
    expect(tried).toHaveLength(2 * first.length)
    expect(await list.list()).not.toBe(first)
  })

  it('nothing is tried for a run that wants the processor', async () => {
    const spawnWorker = () => {
      throw new Error('nothing may be started')
    }
    expect(await new DeviceList({ ...worker, spawnWorker }).for('cpu')).toEqual([])
  })
})

describe('a verb of a worker', () => {
  it('answers its result', async () => {
    expect(await callWorker(worker, 'probe', 'cpu')).toMatchObject({ reason: '' })
  })

  it('wrong arguments are a problem', async () => {
    await expect(callWorker(worker, 'probe', 'abacus' as 'cpu')).rejects.toMatchObject({
      code: 'bad-request',
      where: 'probe',
    })
  })

  it('is stopped by its signal', async () => {
    const stop = new AbortController()
    const answer = callWorker({ ...worker, signal: stop.signal }, 'probe', 'cpu')
    stop.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
  })
})
