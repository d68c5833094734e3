import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskName } from '#contract/dataset.ts'
import { stream } from '#worker/random.ts'
import { cooled, errorByChance, fitTemperature, reliabilityOf } from '#worker/training/calibration.ts'
import { negativeLogLikelihood } from '#worker/training/metrics/cross-entropy.ts'
import { predictedLabels, probabilitiesOf, type Outcome } from '#worker/training/outcome.ts'

const logitOf = (probability: number) => Math.log(probability / (1 - probability))

/** Labels drawn from the probabilities that the logits, divided by `truth`, stand for. */
function drawn(task: TaskName, truth: number, count = 4000, draw = 0): Outcome {
  const classes = 4
  const random = stream(11, 'drawn', task, draw)
  const logits = Float32Array.from({ length: count * classes }, () => 2 * random.normal())
  const plain: Outcome = { task, logits, labels: [], classes }
  const probabilities = probabilitiesOf(cooled(plain, truth))
  const labels = Array.from({ length: count }, (_, row) => {
    const own = [...probabilities.subarray(row * classes, (row + 1) * classes)]
    if (task === 'multi-label') return own.flatMap((p, label) => (random.next() < p ? [label] : []))
    let left = random.next()
    return [
      Math.min(
        classes - 1,
        Math.max(
          0,
          own.findIndex((p) => (left -= p) < 0),
        ),
      ),
    ]
  })
  return { ...plain, labels }
}

describe.each(['single-label', 'multi-label'] as const)('the temperature of a %s task', (task) => {
  it.each([0.5, 1, 3])('is found where the labels were drawn with %s', (truth) => {
    expect(Math.abs(Math.log(fitTemperature(drawn(task, truth)) / truth))).toBeLessThan(0.1)
  })

  it('is the best of all', () => {
    const outcome = drawn(task, 2, 300)
    const best = negativeLogLikelihood(cooled(outcome, fitTemperature(outcome)))
    for (let log = -3; log <= 3; log += 0.05)
      expect(negativeLogLikelihood(cooled(outcome, Math.exp(log)))).toBeGreaterThanOrEqual(best - 1e-9)
  })

  it('makes probabilities that were too sure reliable', () => {
    const outcome = drawn(task, 3)
    const before = reliabilityOf(outcome)
    const after = reliabilityOf(cooled(outcome, fitTemperature(outcome)))
    expect(before.expectedCalibrationError).toBeGreaterThan(0.1)
    expect(after.expectedCalibrationError).toBeLessThan(0.03)
    expect(after.brierScore).toBeLessThan(before.brierScore)
    expect(after.negativeLogLikelihood).toBeLessThan(before.negativeLogLikelihood)
  })
})

it('a temperature changes no answer of a single-label task', () => {
  const outcome = drawn('single-label', 2, 200)
  expect(predictedLabels(cooled(outcome, 7))).toEqual(predictedLabels(outcome))
})

it('a network that is never wrong gets the lowest temperature, no samples get 1', () => {
  const right: Outcome = { task: 'multi-label', logits: Float32Array.of(1, -1), labels: [[0]], classes: 2 }
  expect(fitTemperature(right)).toBeCloseTo(1 / 20, 4)
  expect(fitTemperature({ ...right, logits: new Float32Array(), labels: [] })).toBe(1)
})

describe('reliability', () => {
  it('is what the definitions give for a few samples', () => {
    const probabilities = [0.95, 0.05, 0.61, 0.39, 0.63, 0.37, 0.2, 0.8]
    const outcome: Outcome = {
      task: 'single-label',
      // softmax of two logits is the sigmoid of their difference
      logits: Float32Array.from(probabilities, (p, i) => (i % 2 === 0 ? logitOf(p) : 0)),
      labels: [[0], [1], [0], [1]],
      classes: 2,
    }
    const { bins, expectedCalibrationError, brierScore, negativeLogLikelihood: loss } = reliabilityOf(outcome)
    // answers: 0.95 right, 0.61 wrong, 0.63 right, 0.8 right; bins of 1/15
    expect(bins.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 1])
    expect(bins[9].confidence).toBeCloseTo(0.62, 6)
    expect(bins[9].accuracy).toBe(0.5)
    expect(bins[0]).toEqual({ count: 0, confidence: null, accuracy: null })
    expect(expectedCalibrationError).toBeCloseTo((2 * 0.12 + 0.2 + 0.05) / 4, 6)
    expect(brierScore).toBeCloseTo((2 * (0.05 ** 2 + 0.61 ** 2 + 0.37 ** 2 + 0.2 ** 2)) / 4, 6)
    expect(loss).toBeCloseTo(-(Math.log(0.95) + Math.log(0.39) + Math.log(0.63) + Math.log(0.8)) / 4, 6)
  })

  it('pools all labels of a multi-label task', () => {
    const outcome: Outcome = {
      task: 'multi-label',
      logits: Float32Array.from([0.9, 0.02, 0.03, 0.5], logitOf),
      labels: [[0], []],
      classes: 2,
    }
    const { bins, expectedCalibrationError, brierScore } = reliabilityOf(outcome)
    expect(bins[0]).toEqual({ count: 2, confidence: expect.closeTo(0.025, 6), accuracy: 0 })
    expect(bins[13]).toEqual({ count: 1, confidence: expect.closeTo(0.9, 6), accuracy: 1 })
    expect(expectedCalibrationError).toBeCloseTo((0.05 + 0.1 + 0.5) / 4, 6)
    expect(brierScore).toBeCloseTo((0.1 ** 2 + 0.02 ** 2 + 0.03 ** 2 + 0.5 ** 2) / 4, 6)
  })

  it('of reliable probabilities stays below what chance shows in 95 % of draws, and too sure ones do not', () => {
    const random = stream(3, 'chance')
    const errors = Array.from({ length: 60 }, (_, i) => {
      const outcome = drawn('single-label', 1, 300, i)
      const { expectedCalibrationError } = reliabilityOf(outcome)
      return { below: expectedCalibrationError <= errorByChance(outcome, random), expectedCalibrationError }
    })
    // binomial of 60 with 0.95: 51 or more in all but one of a thousand
    expect(errors.filter(({ below }) => below).length).toBeGreaterThanOrEqual(51)
    expect(
      Math.max(...errors.map(({ expectedCalibrationError }) => expectedCalibrationError)),
    ).toBeGreaterThan(0.02)
    const sure = drawn('multi-label', 3, 300)
    expect(reliabilityOf(sure).expectedCalibrationError).toBeGreaterThan(2 * errorByChance(sure, random))
  })

  it('counts every answer once, the surest in the last bin', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { maxLength: 40 }), (logits) => {
        const outcome: Outcome = {
          task: 'multi-label',
          logits: Float32Array.from(logits),
          labels: logits.map(() => [0]),
          classes: 1,
        }
        const { bins } = reliabilityOf(outcome)
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(logits.length)
      }),
    )
  })
})
