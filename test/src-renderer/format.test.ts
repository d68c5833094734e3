import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatLatency,
  formatMagnitude,
  formatPoints,
  formatRemaining,
  formatScoreOrUnknown,
  formatShare,
} from '../../src-renderer/format.ts'

describe('figures of the window', () => {
  it('signs points', () => {
    expect(formatPoints(-0.0312)).toBe('−3.1')
  })

  it('says a dash where there is no score', () => {
    expect(formatScoreOrUnknown(null)).toBe('–')
    expect(formatScoreOrUnknown({ mean: 0.7, deviation: 0.01, repetitions: 3 })).toBe('0.700 ± 0.010 (n = 3)')
  })

  it('shortens magnitudes and latencies', () => {
    expect([950, 48_100, 3_240_000].map(formatMagnitude)).toEqual(['950', '48\u2009k', '3.2\u2009M'])
    expect([0, 0.0836, 0.84, 0.997, 2.44, 12.4, 1400].map(formatLatency)).toEqual([
      '0.0 ms',
      '0.084 ms',
      '0.84 ms',
      '1.0 ms',
      '2.4 ms',
      '12 ms',
      '1.4 s',
    ])
  })

  it('says 100 % only of the whole', () => {
    expect([0.428, 0.999, 1].map(formatShare)).toEqual(['43 %', '99 %', '100 %'])
  })

  it('rounds what is left to what can be known', () => {
    expect([4000, 33_000, 251_000, 840_000, 3_601_000].map(formatRemaining)).toEqual([
      'a few seconds left',
      'about 40 s left',
      'about 4 min 15 s left',
      'about 14 min left',
      'about 1 h 01 min left',
    ])
  })

  it('says how long ago', () => {
    const now = 1_800_000_000_000
    const hour = 3_600_000
    const ages = [20_000, 300_000, 5 * hour, 30 * hour, 24 * 12 * hour]
    expect(ages.map((age) => formatAgo(now - age, now))).toEqual([
      'just now',
      '5 min ago',
      '5 h ago',
      'yesterday',
      '12 days ago',
    ])
  })
})
