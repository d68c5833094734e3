import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedDifference } from '#contract/statistics.ts'
import { compareHits } from '#contract/what-if/record.ts'

describe('comparing which samples are right', () => {
  it('counts what was gained and lost, and pairs sample by sample', () => {
    const found = compareHits([[1, 1, 1, 0, 0, 0, 1, 1]], [[1, 1, 0, 1, 1, 0, 1, 1]])
    expect(found).toMatchObject({ score: 0.75, gained: 2, lost: 1, repetitions: [0.125] })
    expect(found.change).toBeCloseTo(0.125)
    // d = (0, 0, −1, 1, 1, 0, 0, 0): mean 1/8, s² = (3 − 8/64)/7, s/√8
    expect(found.standardError).toBeCloseTo(Math.sqrt((3 - 1 / 8) / 7 / 8))
  })

  it('averages repetitions before it pairs', () => {
    const found = compareHits(
      [
        [1, 0, 1, 0],
        [1, 0, 0, 0],
      ],
      [
        [1, 1, 1, 0],
        [0, 1, 0, 0],
      ],
    )
    expect(found.repetitions).toEqual([0.25, 0])
    expect(found.change).toBeCloseTo(0.125)
    expect(found).toMatchObject({ gained: 2, lost: 1 })
    const band = pairedDifference([0.5, 1, 0.5, 0], [1, 0, 0.5, 0])!.band!
    expect(found.low).toBeCloseTo(band.low)
    expect(found.high).toBeCloseTo(band.high)
  })

  it('is 0 against itself, turns its sign with the sides, and is gained less lost', () => {
    const hits = fc.array(fc.constantFrom(0, 1), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(hits, hits, (a, b) => {
        expect(compareHits([a], [a])).toMatchObject({ change: 0, standardError: 0, gained: 0, lost: 0 })
        const [there, back] = [compareHits([a], [b]), compareHits([b], [a])]
        expect(there.change).toBeCloseTo(-back.change)
        expect(there.change).toBeCloseTo((there.gained - there.lost) / 12)
        expect(there.standardError).toBeCloseTo(back.standardError)
      }),
    )
  })
})
