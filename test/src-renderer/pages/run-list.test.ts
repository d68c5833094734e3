import { describe, expect, it } from 'vitest'
import type { RunSummary } from '#contract/calls/runs.ts'
import {
  countStates,
  gainOf,
  matchesFilter,
  sortingFromText,
  sortRuns,
  textFromSorting,
} from '../../../src-renderer/pages/run-list.ts'

const run = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  name: id,
  state: 'done',
  dataset: 'emoji8',
  strategy: 'sm-shapnas',
  space: 'sm-shapnas',
  seed: 1,
  createdAt: 0,
  updatedAt: 0,
  score: null,
  bestSingle: null,
  parameters: null,
  latencyMs: null,
  cost: null,
  done: 1,
  tags: [],
  notes: '',
  study: null,
  problem: null,
  priority: 0,
  trashed: false,
  ...more,
})
const score = (mean: number) => ({ mean, deviation: 0.01, repetitions: 3 })

describe('the list of runs', () => {
  it('sorts in both directions and keeps what has no value last', () => {
    const runs = [run('a'), run('b', { score: score(0.7) }), run('c', { score: score(0.8) })]
    const order = (text: string) => sortRuns(runs, sortingFromText(text)).map(({ id }) => id)
    expect(order('-score')).toEqual(['c', 'b', 'a'])
    expect(order('score')).toEqual(['b', 'c', 'a'])
    expect(order('-name')).toEqual(['c', 'b', 'a'])
  })

  it('reads sorting from the address and falls back to the newest first', () => {
    expect(sortingFromText('nonsense')).toEqual({ key: 'started', descending: true })
    for (const text of ['-score', 'name']) expect(textFromSorting(sortingFromText(text))).toBe(text)
  })

  it('filters by every word anywhere', () => {
    const one = run('r1', { name: 'Night run', strategy: 'darts', seed: 42 })
    expect(
      ['night', 'NIGHT darts', 'emoji8 done', 'seed 42', ''].map((filter) => matchesFilter(one, filter)),
    ).toEqual(Array.from({ length: 5 }, () => true))
    expect(matchesFilter(one, 'night random')).toBe(false)
  })

  it('says no gain while one side is unknown', () => {
    expect(gainOf(run('a', { score: score(0.7) }))).toBeNull()
    expect(gainOf(run('a', { score: score(0.7), bestSingle: { model: 'image', mean: 0.65 } }))).toBeCloseTo(
      0.05,
    )
  })

  it('counts states', () => {
    const runs = [run('a'), run('b', { state: 'failed' }), run('c')]
    expect(countStates(runs)).toEqual([
      { state: 'done', count: 2 },
      { state: 'failed', count: 1 },
    ])
  })
})
