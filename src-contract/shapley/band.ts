import { type Band, meanAndDeviation } from '../statistics.ts'
import { studentT } from '../statistics/student-t.ts'
import type { Contribution } from '../shapley.ts'

/**
 * The (1 − tail) band of the mean of independent samples; null for a single one. Student's φ̂ ± t·se, and towards the
 * longer tail of the samples as far as the score interval goes, if that is farther (never narrower than Student's):
 * {μ : m(φ̂ − μ)² ≤ t²·(s² + (μ − φ̂)·k₃/s²)} with the variance s² and the third cumulant k₃ of m samples, which is how the
 * variance of a sum of rare events moves with its mean. For counts of rare events it is Wilson's interval. (Ours; after
 * Wilson 1927, and the skewness corrections of Johnson 1978 and Hall 1992; docs/decisions/0009-bands-of-rare-contributions.md.)
 *
 * The trap: samples that are all the same have a band without width, whatever was not seen; `unseenBy` tells.
 */
export function bandOf(samples: readonly number[], tail = 0.05): Band | null {
  const m = samples.length
  if (m < 2) return null
  const { mean, deviation } = meanAndDeviation(samples)
  if (deviation === 0) return { low: mean, high: mean }
  const t = studentT(tail, m - 1)
  const half = (t * deviation) / Math.sqrt(m)
  const shift = (t * t * thirdCumulant(samples, mean)) / deviation ** 2 / (2 * m)
  const longer = Math.abs(shift) + Math.hypot(half, shift)
  return shift > 0 ? { low: mean - half, high: mean + longer } : { low: mean - longer, high: mean + half }
}

/** k₃, unbiased for the third central moment; 0 for two samples, which have no skewness. */
function thirdCumulant(samples: readonly number[], mean: number): number {
  const m = samples.length
  if (m < 3) return 0
  const cubes = samples.reduce((sum, x) => sum + (x - mean) ** 3, 0)
  return (cubes * m) / ((m - 1) * (m - 2))
}

/** The widest range that the samples of any one player span: what a contribution not seen yet may add or take. */
export const widestRange = (samples: readonly (readonly number[])[]): number =>
  Math.max(0, ...samples.map(rangeOf))

/** Differences below this share of the widest range are rounding. */
const rounding = 1e-9

/**
 * How far the mean of samples that are all the same may be off by what is too rare to be among them: with m samples, events of
 * a share up to 1 − (tail/2)^(1/m) may stay unseen (Clopper & Pearson 1934; about 3.7/m, the "rule of three" on one side),
 * each worth `range` at most. Undefined where samples differ, for one sample, and where nobody's samples differ.
 */
export function unseenBy(samples: readonly number[], range: number, tail = 0.05): number | undefined {
  if (samples.length < 2 || range === 0 || rangeOf(samples) > rounding * range) return undefined
  return range * (1 - (tail / 2) ** (1 / samples.length))
}

/** 0 of none; there may be more samples than a call takes arguments. */
function rangeOf(samples: readonly number[]): number {
  let [least, most] = [Infinity, -Infinity]
  for (const x of samples) [least, most] = [Math.min(least, x), Math.max(most, x)]
  return samples.length === 0 ? 0 : most - least
}

/** The band with what may be unseen on both sides; null without a band. */
export function widestBand({ low, high, unseen = 0 }: Contribution): Band | null {
  return low === null || high === null ? null : { low: low - unseen, high: high + unseen }
}

/** Half of what the first decimal of a point tells apart: less than this is not worth a word. */
const visible = 0.0005

/** Whether the band may be too narrow for what was too rare to be seen. */
export const mayBeNarrow = ({ unseen = 0 }: Pick<Contribution, 'unseen'>): boolean => unseen >= visible

/** Why the bands that may be too narrow are so, and by how much at most, in words; null where there is none. */
export function narrowWords(contributions: readonly Contribution[]): string | null {
  const unseen = contributions.filter(mayBeNarrow).map((contribution) => contribution.unseen!)
  if (unseen.length === 0) return null
  return (
    'few contributions seen: the band may be too narrow. All samples are the same; what is too rare to be among them ' +
    `may be worth up to ${(100 * Math.max(...unseen)).toFixed(1)} points`
  )
}
