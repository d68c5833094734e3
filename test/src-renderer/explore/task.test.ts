import { describe, expect, it } from 'vitest'
import type { RunPoint } from '#contract/run-query.ts'
import { axesOf } from '../../../src-renderer/explore/axis.ts'
import { countTasks, ofTask } from '../../../src-renderer/explore/task.ts'

const point = (i: number, more: Partial<RunPoint> = {}): RunPoint => ({
  id: `r${i}`,
  name: `run ${i}`,
  dataset: 'emoji8',
  task: 'single-label',
  strategy: 'darts',
  space: 'sm-shapnas',
  seed: i,
  study: null,
  tags: [],
  createdAt: 1_700_000_000_000 + i,
  score: 0.7,
  deviation: 0,
  repetitions: 1,
  gain: null,
  parameters: 1000,
  multiplyAdds: null,
  latencyMs: null,
  cost: null,
  ...more,
})

describe('runs of several tasks', () => {
  const points = [point(0), point(1, { task: 'multi-label' }), point(2, { task: 'multi-label' })]

  it('are counted, the most frequent task first', () => {
    expect(countTasks(points)).toEqual([
      { task: 'multi-label', count: 2 },
      { task: 'single-label', count: 1 },
    ])
  })

  it('are shown apart, with the settings in which those of one task differ', () => {
    const settings = [
      { path: 'search.epochs', values: [3, 5, 5] },
      { path: 'training.epochs', values: [1, 1, 2] },
    ]
    const several = ofTask({ points, settings }, 'multi-label')
    expect(several.points.map(({ id }) => id)).toEqual(['r1', 'r2'])
    expect(several.settings).toEqual([{ path: 'training.epochs', values: [1, 2] }])
    const score = axesOf(several).find(({ key }) => key === 'score')
    expect(score?.unit).toBe('as weighted F1')
  })
})
