import { describe, expect, it } from 'vitest'
import type { Estimate, EstimateOutcome } from '#contract/estimate.ts'
import { spread, sumEstimates } from '../../../../src-renderer/new-search/estimate/estimate-sum.ts'
import {
  estimateWarnings,
  phaseRecord,
  rangeInWords,
  roundDuration,
  trackRecord,
} from '../../../../src-renderer/new-search/estimate/estimate-words.ts'

const made = (seconds: number, memory: number): Estimate => ({
  schemaVersion: 1,
  machine: 'here',
  device: 'cpu',
  threads: 2,
  measuredAt: 0,
  tookMs: 10,
  load: 0,
  cores: 2,
  phases: [{ phase: 'search', seconds, low: 0.5 * seconds, high: 2 * seconds }],
  total: { seconds, low: 0.5 * seconds, high: 2 * seconds },
  memory: { needed: memory, program: memory, features: 0, available: 2e9 },
  disk: { needed: 3e8, free: 1e9 },
})
const outcome = (took: number, estimated: number): EstimateOutcome => ({
  run: 'r',
  took,
  estimated,
  phases: [],
})

describe('an estimate in words', () => {
  it('is no more exact than it can be', () => {
    const said = [0.2, 7.6, 47, 250, 3400, 7322, 100_000].map(roundDuration)
    expect(said).toEqual(['1 s', '8 s', '50 s', '4 min', '57 min', '2 h 00 min', '28 h'])
    expect(rangeInWords({ seconds: 250, low: 180, high: 400 })).toBe('3 min to 7 min')
    expect(rangeInWords({ seconds: 5, low: 4.9, high: 5.1 })).toBe('about 5 s')
  })

  it('says how far off the last ones were, and in which direction', () => {
    expect(trackRecord([])).toBeNull()
    expect(trackRecord([outcome(112, 100)])).toBe('The last estimate of this machine was 12 % too low.')
    expect(trackRecord([outcome(80, 100), outcome(60, 100)])).toBe(
      'The last 2 estimates of this machine were on average 30 % too high.',
    )
  })

  it('says of every phase how the last runs went', () => {
    const went = (took: number): EstimateOutcome => ({
      ...outcome(0, 1),
      phases: [{ phase: 'search', estimated: 10, took }],
    })
    expect(phaseRecord([went(13), went(11)], 'search')).toBe('last took 20 % longer')
    expect(phaseRecord([went(5)], 'search')).toBe('last took 50 % less')
    expect(phaseRecord([went(5)], 'export')).toBe('')
  })

  it('warns of memory, of the disk, and of a machine that was busy', () => {
    expect(estimateWarnings(made(1, 1e9))).toEqual([])
    const { memory, disk } = made(1, 3e9)
    const warned = estimateWarnings({ ...made(1, 3e9), load: 1.7, memory, disk: { ...disk, needed: 2e9 } })
    expect(warned).toHaveLength(3)
    expect(warned[0]).toContain('3.0 GB of memory, and 2.0 GB are free')
  })
})

describe('the estimate of a study', () => {
  it('adds up times and disk over points and seeds, and takes the most memory', () => {
    const all = sumEstimates([made(10, 1e9), made(30, 2e9), made(20, 1e9)], 4)
    expect(all.total).toEqual({ seconds: 240, low: 120, high: 480 })
    expect(all.phases).toEqual([{ phase: 'search', seconds: 240, low: 120, high: 480 }])
    expect(all.memory.needed).toBe(2e9)
    expect(all.disk).toEqual({ needed: 12 * 3e8, free: 1e9 })
  })

  it('measures some of many points, evenly spread', () => {
    const all = Array.from({ length: 100 }, (_, i) => i)
    expect(spread(all, 4)).toEqual([0, 25, 50, 75])
    expect(spread([1, 2], 4)).toEqual([1, 2])
  })
})
