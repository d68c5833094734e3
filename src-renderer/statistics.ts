import { meanAndDeviation } from '#contract/run-state.ts'

/** The 0.975 quantile of Student's t for 1 … 30 degrees of freedom; the normal quantile is close enough beyond. */
const tQuantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

const tQuantile = (freedom: number): number => tQuantiles[Math.max(1, Math.floor(freedom)) - 1] ?? 1.96

export interface Difference {
  mean: number
  /** 95 % band, Student's t over the pairs; null for a single pair. */
  band: { low: number; high: number } | null
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
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1))
  const half = tQuantile(freedom) * Math.sqrt(va + vb)
  return { mean, band: { low: mean - half, high: mean + half } }
}
