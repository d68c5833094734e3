import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { adoptWorker } from '#main/workers/adopt-worker.ts'
import { identifyProcess } from '#worker/run-directory/process-identity.ts'

let child: ChildProcess
beforeEach(async () => {
  child = spawn('sleep', ['60'])
  await once(child, 'spawn')
})
afterEach(() => void child.kill('SIGKILL'))

const holder = () => identifyProcess(child.pid!)!

it('takes every word to stop for a signal, and tells of the end', async () => {
  const worker = adoptWorker(holder())
  const told = new Promise((resolve) => worker.onExit(resolve))
  const ended = once(child, 'exit')
  worker.send({ type: 'keep' })
  worker.send({ type: 'pause' })
  expect(await ended).toEqual([null, 'SIGTERM'])
  expect(await told).toEqual({ code: null })
  worker.kill('SIGKILL')
})

it('leaves a later process alone that has got the number', async () => {
  const worker = adoptWorker({ ...holder(), startTime: 'earlier' })
  worker.kill('SIGKILL')
  await new Promise((resolve) => worker.onExit(resolve))
  expect(identifyProcess(child.pid!)).not.toBeNull()
})

it('looks no more at a process that is kept', async () => {
  const worker = adoptWorker(holder())
  let told = false
  worker.onExit(() => (told = true))
  await worker.keep!()
  child.kill('SIGKILL')
  await once(child, 'exit')
  await sleep(400)
  expect(told).toBe(false)
})

it.each(['ESRCH', 'EPERM'])('leaves a process alone that cannot be told anything (%s)', (code) => {
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error(code), { code })
  })
  const worker = adoptWorker(holder())
  worker.send({ type: 'cancel' })
  worker.kill('SIGKILL')
  expect(kill).toHaveBeenCalledTimes(2)
  kill.mockRestore()
})
