import { studentT } from './statistics/student-t.ts'

/** Of values of one kind; the deviation is the sample's (n − 1), 0 for a single value. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }
}

/** The 0.975 quantile of Student's t; degrees of freedom are rounded down. */
const tQuantile = (freedom: number): number => studentT(0.05, Math.max(1, Math.floor(freedom)))

/** A 95 % band. */
export interface Band {
  low: number
  high: number
}

export interface Difference {
  mean: number
  /** Student's t over the pairs; null for a single pair. */
  band: Band | null
  pairs: number
}

/**
 * Mean of a − b over repetitions with the same seed, and its 95 % band. Null when nothing pairs. Repetitions that
 * only one of them has (yet) are left out.
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): Difference | null {
  const pairs = Math.min(a.length, b.length)
  if (pairs === 0) return null
  const differences = Array.from({ length: pairs }, (_, i) => a[i] - b[i])
  const mean = differences.reduce((sum, value) => sum + value, 0) / pairs
  if (pairs === 1) return { mean, band: null, pairs }
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (pairs - 1)
  const half = tQuantile(pairs - 1) * Math.sqrt(variance / pairs)
  return { mean, band: { low: mean - half, high: mean + half }, pairs }
}

/**
 * Mean of a − mean of b for independent samples of unequal variance, and its 95 % band: Student's t over
 * (sa² + sb²)² / (sa⁴/(na − 1) + sb⁴/(nb − 1)) degrees of freedom, rounded down, s² the squared standard error of a mean
 * (Welch 1947). No band where a sample has a single value.
 */
export function welchDifference(a: readonly number[], b: readonly number[]): Omit<Difference, 'pairs'> {
  const [one, other] = [meanAndDeviation(a), meanAndDeviation(b)]
  const mean = one.mean - other.mean
  if (a.length < 2 || b.length < 2) return { mean, band: null }
  const [va, vb] = [one.deviation ** 2 / a.length, other.deviation ** 2 / b.length]
  if (va + vb === 0) return { mean, band: { low: mean, high: mean } }
  const share = va / (va + vb)
  const freedom = 1 / (share ** 2 / (a.length - 1) + (1 - share) ** 2 / (b.length - 1))
  const half = tQuantile(freedom) * Math.sqrt(va + vb)
  return { mean, band: { low: mean - half, high: mean + half } }
}

/**
 * 95 % band of a share of which `hits` of `n` were seen: Wilson's score interval, which stays within 0 … 1 and keeps
 * a width at 0 and at n. Null where nothing was seen.
 */
export function wilsonBand(hits: number, n: number): { low: number; high: number } | null {
  if (n === 0) return null
  const z2 = 1.959964 ** 2
  const share = hits / n
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n)
  const half = Math.sqrt(z2 * ((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/**
 * Spearman's ρ: how far two series put the same things into the same order, −1 to 1; equal values share their mean rank.
 * Null for fewer than three, or where one series is constant.
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length || a.length < 3) return null
  return correlation(ranks(a), ranks(b))
}

/** 1, 2, …; equal values share the mean of their places. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j])
  const result: number[] = Array.from({ length: values.length })
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && values[order[to]] === values[order[from]]) to++
    for (const i of order.slice(from, to)) result[i] = (from + 1 + to) / 2
    from = to
  }
  return result
}

/** Pearson's r; null where one series is constant. */
function correlation(a: readonly number[], b: readonly number[]): number | null {
  const [one, other] = [centred(a), centred(b)]
  const [sa, sb] = [one, other].map((values) => Math.hypot(...values))
  if (sa === 0 || sb === 0) return null
  return one.reduce((sum, value, i) => sum + value * other[i], 0) / (sa * sb)
}

function centred(values: readonly number[]): number[] {
  const { mean } = meanAndDeviation(values)
  return values.map((value) => value - mean)
}
