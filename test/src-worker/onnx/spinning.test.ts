import { afterEach, expect, it, vi } from 'vitest'
import { coresOfOthers, decideSpinning, spinningFor } from '#worker/onnx/spinning.ts'

afterEach(() => void vi.restoreAllMocks())

it('the cores of others are what is busy, less what this process took', () => {
  const before = { at: 1000, busy: 50_000, own: 300 }
  expect(coresOfOthers(before, { at: 2000, busy: 51_800, own: 800 })).toBeCloseTo(1.3)
  // Two clocks: what this process took may have been counted later.
  expect(coresOfOthers(before, { at: 2000, busy: 50_400, own: 800 })).toBe(0)
})

it.each([
  [{ cores: 2, others: 0.2 }, 2, true],
  [{ cores: 2, others: 1 }, 2, false],
  [{ cores: 8, others: 4 }, 4, true],
  [{ cores: 8, others: 5 }, 4, false],
  [{ cores: 2, others: 1 }, 1, true],
])('threads wait actively where cores are left for them: %o for %i', (load, threads, active) => {
  expect(spinningFor(threads, load) > 0).toBe(active)
})

it('more threads than cores never wait actively', () => {
  expect(decideSpinning(10_000)).toBe(0)
})

it('keeps to what it knew where too little time has gone by to measure', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(1000)
  vi.resetModules()
  const fresh = await import('#worker/onnx/spinning.ts')
  expect(fresh.decideSpinning(1)).toBeGreaterThan(0)
})
