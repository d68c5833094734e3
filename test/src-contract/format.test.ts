import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatContribution,
  formatCount,
  formatDifference,
  formatDuration,
  formatScore,
  formatSigned,
} from '#contract/format.ts'

describe('figures', () => {
  it('signs differences and bands', () => {
    expect(formatDifference(0.0312, { low: 0.012, high: 0.0504 })).toBe('+0.031 [+0.012, +0.050]')
    expect(formatDifference(-0.0312, null)).toBe('−0.031')
  })

  it('writes scores with deviation and number of repetitions', () => {
    expect(formatScore(0.7241, 0.0079, 3)).toBe('0.724 ± 0.008 (n = 3)')
    expect(formatScore(0.7241, 0, 1)).toBe('0.724')
    expect(formatScore(Number.NaN, 0, 1)).toBe('–')
  })

  it('writes sizes of files in the unit that keeps them short', () => {
    expect([0, 812, 1234, 9960, 48_200_000, 999_600, 3e15].map(formatBytes)).toEqual([
      '0 B',
      '812 B',
      '1.2 kB',
      '10 kB',
      '48 MB',
      '1.0 MB',
      '3000 TB',
    ])
  })

  it('signs differences and has no signed zero', () => {
    expect(formatSigned(0.0312, 3)).toBe('+0.031')
    expect(formatSigned(-2, 1)).toBe('−2.0')
    expect(formatSigned(-0.0001, 2)).toBe('0.00')
  })

  it('writes contributions in points with their band, and without one where there is none', () => {
    expect(formatContribution({ phi: 0.031, low: 0.012, high: 0.05 })).toBe('+3.1 [+1.2, +5.0]')
    expect(formatContribution({ phi: -0.031, low: null, high: null })).toBe('−3.1')
  })

  it('groups thousands by thin spaces', () => {
    expect(formatCount(1234567)).toBe('1\u2009234\u2009567')
    expect(formatCount(999)).toBe('999')
  })

  it.each([
    [252_000, '4 min 12 s'],
    [38_400, '38 s'],
    [3_900_000, '1 h 05 min'],
    [-5, '0 s'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })
})
