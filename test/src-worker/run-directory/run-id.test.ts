import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { runIdPattern } from '#worker/run-directory/layout.ts'
import { createRunId } from '#worker/run-directory/run-id.ts'

it('names the time of creation', () => {
  expect(createRunId(Date.UTC(2026, 2, 14, 15, 9, 26, 535))).toMatch(/^20260314-150926-535-[a-z2-9]{6}$/)
})

it('sorts by creation, and may name a folder', () => {
  const time = fc.integer({ min: 0, max: Date.UTC(2999, 0) })
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a < b)
      expect(createRunId(a) < createRunId(b)).toBe(true)
      expect(createRunId(a)).toMatch(runIdPattern)
    }),
  )
})

it('is another one for every run of the same moment', () => {
  expect(new Set(Array.from({ length: 1000 }, () => createRunId(0))).size).toBe(1000)
})
