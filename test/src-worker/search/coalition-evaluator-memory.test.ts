import { expect, it, vi } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { Session } from '#worker/onnx/session.ts'
import { CoalitionEvaluator } from '#worker/search/coalition-evaluator.ts'
import { createSpace } from '#worker/space/space.ts'

const { open } = vi.hoisted(() => ({ open: new Set<number>() }))

/** Every session but the fourth is loaded. */
vi.mock('#worker/onnx/load-graph.ts', () => {
  let count = 0
  return {
    loadGraph: async (): Promise<Pick<Session, 'release'>> => {
      const number = ++count
      if (number === 4) throw new Problem('out-of-memory', 'cell 0', 'bad_alloc')
      open.add(number)
      return { release: async () => void open.delete(number) }
    },
  }
})

it('gives back what is loaded where the rest does not fit into the memory', async () => {
  const config = parseRunConfig({ dataset: { kind: 'emoji8' }, space: { cells: 2, channels: 4 } }, 'test')
  const space = createSpace(config.space, [
    { id: 'a.0', channels: 3 },
    { id: 'b.0', channels: 5 },
  ])
  await expect(CoalitionEvaluator.create(space, 3, { rows: 8 })).rejects.toMatchObject({
    code: 'out-of-memory',
  })
  expect([...open]).toEqual([])
})
