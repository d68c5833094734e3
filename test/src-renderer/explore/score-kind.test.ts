import { describe, expect, it } from 'vitest'
import { withMark } from '#contract/run/score-name.ts'
import { axesOf } from '../../../src-renderer/explore/axis.ts'
import { countKinds, ofKind } from '../../../src-renderer/explore/score-kind.ts'
import { point } from './made-up-point.ts'

describe('runs whose scores are of several kinds', () => {
  const points = [
    point(0),
    point(1, { task: 'multi-label' }),
    point(2, { task: 'multi-label' }),
    point(3, { dataset: withMark('emoji8', true) }),
  ]

  it('are counted, the most frequent kind first; where the test split chose the epoch is a kind of its own', () => {
    expect(countKinds(points)).toEqual([
      { key: 'multi-label', name: 'weighted F1', count: 2 },
      { key: 'single-label', name: 'accuracy', count: 1 },
      { key: 'single-label,chosen-on-test', name: 'accuracy, epoch chosen on test', count: 1 },
    ])
  })

  it('are shown apart, with the settings in which those of one kind differ', () => {
    const settings = [
      { path: 'search.epochs', values: [3, 5, 5, 5] },
      { path: 'training.epochs', values: [1, 1, 2, 2] },
    ]
    const several = ofKind({ points, settings }, 'multi-label')
    expect(several.points.map(({ id }) => id)).toEqual(['r1', 'r2'])
    expect(several.settings).toEqual([{ path: 'training.epochs', values: [1, 2] }])
    const unitOf = (kind: string) =>
      axesOf(ofKind({ points, settings }, kind)).find(({ key }) => key === 'score')?.unit
    expect(unitOf('multi-label')).toBe('as weighted F1')
    expect(unitOf('single-label,chosen-on-test')).toBe('as accuracy, epoch chosen on test')
    expect(ofKind({ points, settings }, 'single-label').points.map(({ id }) => id)).toEqual(['r0'])
  })
})
