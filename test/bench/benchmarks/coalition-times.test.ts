import { describe, expect, it } from 'vitest'
import { compareRounds, fitPower, type ValuedCoalitions } from '../../../bench/benchmarks/coalitions/times.ts'

const valued = (ms: number, changes: Partial<ValuedCoalitions> = {}): ValuedCoalitions => ({
  space: 'bm-nas',
  game: 'permutation',
  threads: 2,
  coalitions: [0, 1, 2, 3],
  correct: [5, 9, 20, 31],
  ms,
  ...changes,
})

describe('comparing rounds', () => {
  it('takes the median of the ratios within the rounds, a coalition for a coalition', () => {
    const part = (ms: number, at: number) => valued(ms, { coalitions: [at], correct: [[5, 9, 20][at]] })
    const rounds = [
      { ours: valued(40), theirs: part(30, 0) },
      // a slow minute weighs on both sides
      { ours: valued(400), theirs: part(300, 1) },
      { ours: valued(40), theirs: part(50, 2) },
    ]
    expect(compareRounds(rounds)).toEqual({ ours: 10, theirs: 50, ratio: 3 })
  })

  it.each<[Partial<ValuedCoalitions>, string]>([
    [{ threads: 1 }, 'threads'],
    [{ space: 'full' }, 'space'],
    [{ game: 'operations' }, 'game'],
    [{ correct: [5, 9, 20, 33] }, 'coalition 3'],
    [{ coalitions: [0, 1, 2, 4] }, 'coalition 4'],
    [{ correct: [5, 9, 20, 30] }, '1 of 4'],
  ])('refuses to compare other work: %o', (changes, named) => {
    expect(() => compareRounds([{ ours: valued(1), theirs: valued(1, changes) }])).toThrow(named)
  })
})

it('fits a power exactly where there is one', () => {
  const points = [1, 2, 5].map((x) => ({ x, y: 3 * x ** 1.5 }))
  const { factor, exponent, spread } = fitPower(points)
  expect([factor, exponent]).toEqual([expect.closeTo(3), expect.closeTo(1.5)])
  expect(spread).toBeLessThan(1e-12)
  expect(fitPower([...points, { x: 5, y: 1 }]).spread).toBeGreaterThan(1)
})
