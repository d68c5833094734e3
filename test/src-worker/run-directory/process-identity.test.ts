import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { identifyProcess, livenessOf } from '#worker/run-directory/process-identity.ts'
import { startScript } from './child.ts'

describe('livenessOf', () => {
  it('tells a process from its end', async () => {
    const child = startScript('setInterval(() => {}, 1000)')
    const identity = identifyProcess(child.pid!)!
    expect(livenessOf(identity)).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(livenessOf(identity)).toBe('dead')
  })

  it.runIf(process.platform === 'linux')('takes a process for dead that nobody has waited for', async () => {
    const parent = spawn('bash', ['-c', 'sleep 0.3 & echo $!; exec sleep 20'])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const identity = identifyProcess(Number(line.toString()))!
    expect(livenessOf(identity)).toBe('alive')
    await vi.waitFor(() => expect(livenessOf(identity)).toBe('dead'), 5000)
    parent.kill()
  })

  it('tells a process from a later one with the same number', () => {
    const own = identifyProcess(process.pid)!
    expect(livenessOf(own)).toBe('alive')
    expect(livenessOf({ ...own, startTime: 'earlier' })).toBe('dead')
  })

  it('cannot see other machines', () => {
    expect(livenessOf({ pid: process.pid, startTime: 'x', host: 'another-machine' })).toBe('unknown')
  })

  it('finds no process under a number that none has', () => {
    expect(identifyProcess(2 ** 22 + 1)).toBeNull()
  })
})
