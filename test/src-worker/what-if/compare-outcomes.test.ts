import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanAndDeviation, pairedDifference } from '#contract/statistics.ts'
import { stream } from '#worker/random.ts'
import { metrics } from '#worker/training/metrics/index.ts'
import type { Outcome } from '#worker/training/outcome.ts'
import { compareOutcomes } from '#worker/what-if/compare-outcomes.ts'

/** Two classes; the label of every sample is 0, and 1 means right. */
const outcome = (hits: readonly number[]): Outcome => ({
  task: 'single-label',
  logits: Float32Array.from(hits.flatMap((hit) => [hit, 1 - hit])),
  labels: hits.map(() => [0]),
  classes: 2,
})
const compare = (original: number[][], changed: number[][], metric = metrics.score) =>
  compareOutcomes(original.map(outcome), changed.map(outcome), metric)

describe('comparing the answers of two networks', () => {
  it('counts what was gained and lost, and pairs sample by sample', () => {
    const found = compare([[1, 1, 1, 0, 0, 0, 1, 1]], [[1, 1, 0, 1, 1, 0, 1, 1]])
    expect(found).toMatchObject({ score: 0.75, gained: 2, lost: 1, repetitions: [0.125] })
    expect(found.change).toBeCloseTo(0.125)
    // d = (0, 0, −1, 1, 1, 0, 0, 0): mean 1/8, s² = (3 − 8/64)/7, s/√8
    expect(found.standardError).toBeCloseTo(Math.sqrt((3 - 1 / 8) / 7 / 8))
  })

  const hits = fc.array(fc.constantFrom(0, 1), { minLength: 12, maxLength: 12 })

  it('has the band of paired differences where the metric is the accuracy', () => {
    fc.assert(
      fc.property(hits, hits, (a, b) => {
        const found = compare([a], [b])
        const expected = pairedDifference(b, a)!
        expect(found.change).toBeCloseTo(expected.mean)
        expect(found.low).toBeCloseTo(expected.band!.low)
        expect(found.high).toBeCloseTo(expected.band!.high)
        expect(found.change).toBeCloseTo((found.gained - found.lost) / 12)
      }),
    )
  })

  it('adds what the seeds do to what the samples do', () => {
    fc.assert(
      fc.property(hits, hits, hits, hits, (a, b, c, d) => {
        const found = compare([a, b], [c, d])
        const mean = (x: number[], y: number[]) => x.map((hit, i) => (hit + y[i]) / 2)
        const differences = mean(c, d).map((hit, i) => hit - mean(a, b)[i])
        const overSamples = meanAndDeviation(differences).deviation ** 2 / 12
        const overSeeds = meanAndDeviation(found.repetitions).deviation ** 2 / 2
        expect(found.standardError ** 2).toBeCloseTo(overSamples + overSeeds)
        expect(found.change).toBeCloseTo((found.gained - found.lost) / 24)
      }),
    )
    // equal changes in both repetitions leave the samples' error alone
    const [a, b] = [
      [1, 1, 0, 0, 1, 0],
      [1, 0, 1, 1, 1, 0],
    ]
    expect(compare([a, a], [b, b]).high).toBeCloseTo(compare([a], [b]).high)
  })

  it('is 0 against itself and turns its sign with the sides, by any metric', () => {
    const logit = fc.double({ min: -3, max: 3, noNaN: true })
    const logits = fc.array(logit, { minLength: 30, maxLength: 30 })
    const answers = (values: number[]): Outcome => ({
      task: 'multi-label',
      logits: Float32Array.from(values),
      labels: [[0], [1], [], [0, 2], [2], [1], [0], [0, 1], [2], []],
      classes: 3,
    })
    for (const metric of Object.values(metrics))
      fc.assert(
        fc.property(logits, logits, (a, b) => {
          const [one, other] = [answers(a), answers(b)]
          expect(compareOutcomes([one], [one], metric)).toMatchObject({
            change: 0,
            standardError: 0,
            gained: 0,
          })
          const [there, back] = [[one], [other]].map((from, i) =>
            compareOutcomes(from, i === 0 ? [other] : [one], metric),
          )
          expect(there.change).toBeCloseTo(-back.change)
          expect(there.standardError).toBeCloseTo(back.standardError)
          expect(there.gained).toBe(back.lost)
        }),
        { numRuns: 20 },
      )
  })

  it('estimates the error of large splits from groups of samples', () => {
    const random = stream(5, 'hits')
    const draw = () => Array.from({ length: 1000 }, () => (random.next() < 0.6 ? 1 : 0))
    const [a, b] = [draw(), draw()]
    const found = compare([a], [b])
    const { mean, band } = pairedDifference(b, a)!
    expect(found.change).toBeCloseTo(mean)
    expect(found.high - found.low).toBeGreaterThan(0.8 * (band!.high - band!.low))
    expect(found.high - found.low).toBeLessThan(1.25 * (band!.high - band!.low))
  })
})
