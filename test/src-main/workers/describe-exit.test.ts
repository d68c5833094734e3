import { expect, it } from 'vitest'
import { countMemoryKills, describeExit } from '#main/workers/describe-exit.ts'

it.runIf(process.platform === 'linux')('knows an end for want of memory by the count of the system', () => {
  const kills = countMemoryKills()!
  expect(kills).toBeGreaterThanOrEqual(0)
  expect(describeExit({ code: null, signal: 'SIGKILL' }, kills - 1).code).toBe('out-of-memory')
  expect(describeExit({ code: null, signal: 'SIGKILL' }, kills).code).toBe('worker-died')
})

it.each([
  [{ code: null, signal: 'SIGKILL' }, /SIGKILL; if nobody did that, memory was short/],
  [{ code: null, signal: 'SIGABRT' }, /its memory is full/],
  [{ code: 134 }, /its memory is full/],
  [{ code: null, signal: 'SIGSEGV' }, /ended by SIGSEGV/],
  [{ code: null }, /gone, and nothing tells why/],
  [{ code: 3 }, /exit code 3/],
] as const)('says how a worker ended: %j', (exit, words) => {
  expect(describeExit(exit, null)).toMatchObject({
    code: 'worker-died',
    detail: expect.stringMatching(words),
  })
})
