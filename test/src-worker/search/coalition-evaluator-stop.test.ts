import { setTimeout } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { CoalitionEvaluator } from '#worker/search/coalition-evaluator.ts'
import type { Job } from '#worker/search/coalitions/job.ts'
import { playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'

/** The others are at work until the job is stopped; what is done here takes no time. */
vi.mock('#worker/search/coalitions/lane.ts', () => ({
  Lane: {
    open: async () => ({
      async work(_subject: unknown, { stopped }: Job) {
        while (Atomics.load(stopped, 0) === 0) await setTimeout(1)
      },
      async release() {},
    }),
  },
}))
vi.mock('#worker/search/coalitions/part-evaluator.ts', () => ({
  PartEvaluator: {
    create: async () => ({ evaluate: async () => new Float32Array(3), async release() {} }),
  },
}))

it('ends where the caller says so while only others are still at work', async () => {
  const config = parseRunConfig({ dataset: { kind: 'emoji8' }, space: { cells: 1, channels: 4 } }, 'test')
  const space = createSpace(config.space, [
    { id: 'a.0', channels: 3 },
    { id: 'b.0', channels: 5 },
  ])
  const evaluator = await CoalitionEvaluator.create(space, 3, { rows: 1, lanes: 2 })
  const state = {
    weights: new Float32Array(0),
    statistics: new Float32Array(0),
    steps: new Float32Array(0),
  }
  let breaths = 0
  const breathe = async () => {
    if (++breaths > 3) throw new DOMException('stopped', 'AbortError')
  }
  const mixture = Float32Array.from(playersOf(space), () => 0.5)
  await expect(evaluator.evaluate(state, {}, 1, [mixture], breathe)).rejects.toThrow('stopped')
})
