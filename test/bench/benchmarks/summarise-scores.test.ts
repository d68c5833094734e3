import { describe, expect, it } from 'vitest'
import { foldEvents } from '#contract/run/state.ts'
import type { EventBody, RunEvent } from '#contract/run/events.ts'
import { scoresOf, summariseScores } from '../../../bench/benchmarks/demo-score/summarise-scores.ts'

const model = (name: string, repetition: number, testScore: number): EventBody => ({
  type: 'model',
  model: name,
  repetition,
  parameters: 10,
  multiplyAdds: 10,
  validationScore: 0,
  testScore,
  testMacroF1: 0,
})
const backbone = (modality: string, testScore: number): EventBody => ({
  type: 'backbone',
  modality,
  kind: 'cnn',
  parameters: 10,
  validationScore: 0,
  testScore,
  features: [],
})
const stateOf = (bodies: EventBody[]) =>
  foldEvents(bodies.map((body, seq) => ({ ...body, seq, at: seq }) as RunEvent))
const run = [
  backbone('image', 0.6),
  backbone('text', 0.5),
  ...[0, 1].flatMap((repetition) => [
    model('image', repetition, 0.4 + 0.2 * repetition),
    model('text', repetition, 0.55 + 0.1 * repetition),
    model('concatenation', repetition, 0.62 + 0.02 * repetition),
    model('derived', repetition, 0.7 + 0.02 * repetition),
  ]),
]

describe('the scores of a run', () => {
  it('are means over repetitions, and a modality counts with the better of backbone and model', () => {
    const { derived, concatenation, modalities } = scoresOf(stateOf([...run, { type: 'done' }]))
    expect(derived).toBeCloseTo(0.71)
    expect(concatenation).toBeCloseTo(0.63)
    expect(modalities['image']).toBeCloseTo(0.6)
    expect(modalities['text']).toBeCloseTo(0.6)
  })

  it('are refused for a run that is not done', () => {
    expect(() => scoresOf(stateOf(run))).toThrow(/not done/)
  })
})

describe('the summary of runs', () => {
  const runs = [
    { derived: 0.7, concatenation: 0.68, modalities: { image: 0.6, text: 0.65 } },
    { derived: 0.74, concatenation: 0.7, modalities: { image: 0.7, text: 0.65 } },
    { derived: 0.66, concatenation: 0.6, modalities: { image: 0.6, text: 0.59 } },
  ]

  it('takes gains within a run, over its own better modality', () => {
    const { derived, overModality, overConcatenation } = summariseScores(runs)
    expect(derived.mean).toBeCloseTo(0.7)
    expect(overModality.mean).toBeCloseTo(0.05)
    expect(overConcatenation.mean).toBeCloseTo(0.04)
  })

  it("gives Student's 95 % interval over the runs", () => {
    // Gains 0.02, 0.04, 0.06: deviation 0.02, t = 4.3027 at two degrees of freedom.
    const { low, high } = summariseScores(runs).overConcatenation
    expect(low).toBeCloseTo(0.04 - (4.3027 * 0.02) / Math.sqrt(3), 5)
    expect(high).toBeCloseTo(0.04 + (4.3027 * 0.02) / Math.sqrt(3), 5)
  })

  it('knows no interval from a single run', () => {
    expect(summariseScores(runs.slice(0, 1)).overModality.low).toBe(-Infinity)
  })
})
