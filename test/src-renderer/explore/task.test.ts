import { describe, expect, it } from 'vitest'
import { axesOf } from '../../../src-renderer/explore/axis.ts'
import { countTasks, ofTask } from '../../../src-renderer/explore/task.ts'
import { point } from './made-up-point.ts'

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
