import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedDifference, welchDifference } from '#contract/statistics.ts'
import { describePairs, differenceBetween } from '#contract/compare/difference.ts'
import { setupsOf } from '#contract/compare/setups.ts'
import { verdictOn } from '#contract/compare/verdict.ts'
import { compare, type MadeUp } from './made-up-runs.ts'

const darts = { search: { strategy: 'darts' } } as MadeUp['settings']
const ofSeed = (seed: number, scores: number[], settings: MadeUp['settings'] = {}): MadeUp => ({
  scores,
  settings: { ...settings, seed },
})
/** One run a seed of either strategy. */
const twoSetups = (ours: number[], theirs: number[]): MadeUp[] => [
  ...ours.map((score, i) => ofSeed(i, [score, score])),
  ...theirs.map((score, i) => ofSeed(i, [score, score], darts)),
]

describe('runs of several tasks', () => {
  it('are neither ranked nor subtracted: accuracy and weighted F1 do not compare', () => {
    const [a, b] = compare(ofSeed(1, [0.9, 0.91]), {
      ...ofSeed(1, [0.5, 0.52]),
      hash: 'other',
      task: 'multi-label',
    })
    expect(differenceBetween([a], [b])).toBeNull()
    expect(verdictOn([a, b])).toMatchObject({
      tone: 'none',
      sentence: expect.stringContaining('weighted F1'),
    })
  })
})

describe('scores of an epoch that was chosen on test', () => {
  const training = { ...compare({})[0].config.training, peerProtocol: true }

  it('are held against one another, and against no others', () => {
    const chosen = ofSeed(1, [0.9, 0.91], { training })
    const [a, b, c] = compare(chosen, ofSeed(1, [0.5, 0.52]), ofSeed(2, [0.8, 0.82], { training }))
    expect(differenceBetween([a], [b])).toBeNull()
    expect(verdictOn([a, b])).toMatchObject({
      tone: 'none',
      sentence: expect.stringContaining('accuracy, epoch chosen on test; accuracy'),
    })
    expect(differenceBetween([a], [c])).not.toBeNull()
  })
})

describe('setups', () => {
  it('are runs that differ in nothing but their seeds', () => {
    const runs = compare(...twoSetups([0.7, 0.7], [0.6, 0.6]), ofSeed(1, [0.5], { featureVariants: 2 }))
    expect(setupsOf(runs).map(({ label }) => label)).toEqual(['demo (A, B)', 'demo (C, D)', 'E demo'])
  })
})

describe('the difference of two sides', () => {
  it('is paired over repetitions where one run of each has equal data and seed', () => {
    const [a, b] = compare(ofSeed(1, [0.7, 0.72, 0.74]), ofSeed(1, [0.7, 0.7, 0.75]))
    const found = differenceBetween([a], [b])!
    expect(found).toMatchObject({
      method: 'paired',
      band: pairedDifference([0.7, 0.72, 0.74], [0.7, 0.7, 0.75])!.band,
      pairs: { of: 'repetitions', count: 3, better: 1, worse: 1 },
    })
  })

  it('is over one pair where each has a single repetition', () => {
    const [a, b] = compare(ofSeed(1, [0.7]), ofSeed(1, [0.68]))
    expect(differenceBetween([a], [b])!.because).toMatch(/: one pair of repetitions$/)
  })

  it.each([
    ['the seeds differ', ofSeed(2, [0.7, 0.72])],
    ['the data differ', { ...ofSeed(1, [0.7, 0.72]), hash: 'other' }],
  ])('is not paired where %s', (why, other) => {
    const [a, b] = compare(ofSeed(1, [0.6, 0.65]), other)
    const found = differenceBetween([a], [b])!
    expect(found).toMatchObject({ method: 'Welch', pairs: null })
    expect(found.band).toEqual(welchDifference([0.6, 0.65], [0.7, 0.72]).band)
    expect(found.because).toContain(why)
  })

  it('is paired over seeds where several searched on both sides; other seeds are left out', () => {
    const runs = compare(...twoSetups([0.7, 0.72, 0.74], [0.68, 0.69]), ofSeed(9, [0.1], darts))
    const [ours, theirs] = setupsOf(runs)
    const found = differenceBetween(ours.runs, theirs.runs)!
    expect(found).toMatchObject({ pairs: { of: 'seeds', count: 2, better: 2, worse: 0 } })
    expect(found.mean).toBeCloseTo(0.025)
    expect(describePairs(found)).toBe('better in 2 of 2 seeds')
  })

  it('turns its sign with its sides', () => {
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 })
    const side = fc.array(fc.record({ seed: fc.nat(3), scores }), { minLength: 1, maxLength: 4 })
    const distinct = (runs: { seed: number; scores: number[] }[]) => [
      ...new Map(runs.map((run) => [run.seed, run])).values(),
    ]
    fc.assert(
      fc.property(side, side, (left, right) => {
        const [a, b] = [distinct(left), distinct(right)]
        const runs = compare(...[...a, ...b].map(({ seed, scores }) => ofSeed(seed, scores)))
        const [one, other] = [runs.slice(0, a.length), runs.slice(a.length)]
        const [there, back] = [differenceBetween(one, other)!, differenceBetween(other, one)!]
        expect(back.mean).toBeCloseTo(-there.mean, 9)
        expect(back.band === null).toBe(there.band === null)
        expect(back.band?.low ?? 0).toBeCloseTo(-(there.band?.high ?? 0), 9)
        expect(back.pairs?.better).toBe(there.pairs?.worse)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the verdict', () => {
  it('names what is better, in how many seeds, and by how much', () => {
    const { tone, sentence, details } = verdictOn(
      compare(...twoSetups([0.71, 0.72, 0.73], [0.68, 0.688, 0.702])),
    )
    expect(tone).toBe('sure')
    expect(sentence).toBe(
      'demo (A, B, C) is better than demo (D, E, F): better in 3 of 3 seeds, +0.030 [+0.025, +0.035].',
    )
    expect(details).toContain('Paired, equal data and seeds: 3 pairs of seeds')
  })

  it('calls the runs of a setup by what their names share beside the seed', () => {
    const [a, b, c, d] = twoSetups([0.71, 0.72], [0.68, 0.69])
    const named = (one: MadeUp, name: string) => ({ ...one, name })
    const { sentence } = verdictOn(
      compare(
        named(a, 'shapley, 8, seed 0 · widths'),
        named(b, 'shapley, 8, seed 1 · widths'),
        named(c, 'darts, 8, seed 0 · widths'),
        named(d, 'darts, 8, seed 1 · widths'),
      ),
    )
    expect(sentence).toMatch(/^shapley, 8 · widths \(A, B\) .* darts, 8 · widths \(C, D\)/)
  })

  it('leaves open what the band leaves open', () => {
    const { tone, sentence } = verdictOn(compare(...twoSetups([0.7, 0.72, 0.65], [0.69, 0.69, 0.68])))
    expect(tone).toBe('open')
    expect(sentence).toMatch(
      /scores highest \(better in 2 of 3 seeds, \+0\.003 \[−.*\]\), but .* may be as good/,
    )
  })

  it('says of equal scores that they are equal', () => {
    const { tone, sentence } = verdictOn(compare(ofSeed(1, [0.7, 0.71]), ofSeed(1, [0.7, 0.71], darts)))
    expect(tone).toBe('open')
    expect(sentence).toBe(
      'A demo and B demo score alike (better in 0 of 2 repetitions, 0.000 [0.000, 0.000]).',
    )
  })

  it('says that seeds on equal repetitions cover the luck of training only', () => {
    const { details } = verdictOn(compare(ofSeed(1, [0.7, 0.71]), ofSeed(1, [0.6, 0.62], darts)))
    expect(details).toContain('not that of the search')
  })

  it.each<[string, MadeUp[], string]>([
    ['on different data', [ofSeed(1, [0.7]), { ...ofSeed(1, [0.6]), hash: 'other' }], 'on different data'],
    ['on seeds of one setup', [ofSeed(1, [0.7]), ofSeed(2, [0.6])], 'differ in their seeds only'],
    ['before a score has come', [{ events: 20 }, { events: 20, settings: darts }], 'No run has a test score'],
    [
      'while one score is missing',
      [ofSeed(1, [0.7]), { events: 20, settings: darts }],
      'only A demo has a test score',
    ],
  ])('is none %s', (_, made, words) => {
    const { tone, sentence } = verdictOn(compare(...made))
    expect(tone).toBe('none')
    expect(sentence).toContain(words)
  })

  it('does not call single values better', () => {
    const { tone, sentence } = verdictOn(compare(ofSeed(1, [0.7]), ofSeed(1, [0.6], darts)))
    expect(tone).toBe('open')
    expect(sentence).toContain('cannot tell merit from chance')
  })

  it('says how many of the others are left behind, and that the best of many is lucky', () => {
    const random = { search: { strategy: 'random' } } as MadeUp['settings']
    const { details } = verdictOn(
      compare(ofSeed(1, [0.7, 0.71]), ofSeed(1, [0.69, 0.7], darts), ofSeed(1, [0.2, 0.21], random)),
    )
    expect(details).toContain('surely better than the third')
    expect(details).toContain('best of 3')
  })
})
