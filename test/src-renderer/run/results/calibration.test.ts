import { describe, expect, it } from 'vitest'
import type { Reliability } from '#contract/run/calibration.ts'
import { describeCalibration, reliabilityPoints } from '../../../../src-renderer/run/results/calibration.ts'

const reliability = (expectedCalibrationError: number): Reliability => ({
  bins: [
    { count: 0, confidence: null, accuracy: null },
    { count: 40, confidence: 0.8, accuracy: 0.6 },
  ],
  expectedCalibrationError,
  brierScore: 0.3,
  negativeLogLikelihood: 0.7,
})
const say = (temperature: number, before: number, after: number, several = false) =>
  describeCalibration({ temperature, before: reliability(before), after: reliability(after) }, several)

it('a bin has its bounds, and a band where it has answers', () => {
  const [empty, full] = reliabilityPoints(reliability(0.2))
  expect(empty).toEqual({ from: 0, to: 0.5, count: 0, confidence: null, accuracy: null, band: null })
  expect(full).toMatchObject({ from: 0.5, to: 1, count: 40, accuracy: 0.6 })
  expect(full.band!.low).toBeCloseTo(0.446, 2)
  expect(full.band!.high).toBeCloseTo(0.737, 2)
})

describe('in words', () => {
  it('a model is too sure, or less sure than it could be, and what the temperature leaves', () => {
    expect(say(1.6, 0.12, 0.034)).toBe(
      'Between how sure it is and how often it is right lie 12.0 points on average. The model is too sure of its answers. Its logits divided by 1.60, the temperature that fits the validation split, leave 3.4 points.',
    )
    expect(say(0.7, 0.12, 0.03)).toContain('less sure of its answers than it could be')
  })

  it('small gaps are none', () => {
    expect(say(1.3, 0.011, 0.009)).toMatch(/lie 1\.1 points .* can be taken at their word\.$/)
  })

  it('a gap that chance explains says nothing against the probabilities', () => {
    const before = { ...reliability(0.05), errorByChance: 0.06 }
    const text = describeCalibration({ temperature: 1.3, before, after: before }, false)
    expect(text).toMatch(/leave up to 6\.0 points to chance: nothing says that its probabilities do not hold/)
    const sharper = { ...before, errorByChance: 0.01 }
    expect(
      describeCalibration({ temperature: 1.3, before: sharper, after: reliability(0.02) }, false),
    ).toMatch(/too sure of its answers/)
  })

  it('a temperature that does not help on the test split is said to', () => {
    expect(say(1.1, 0.05, 0.06)).toMatch(
      /does not carry over: its logits .* leave 6\.0 points on the test split\.$/,
    )
  })

  it('of several labels it is the probability of a label that is meant', () => {
    expect(say(1.6, 0.12, 0.03, true)).toMatch(/^Between its probability of a label and how often/)
  })
})
