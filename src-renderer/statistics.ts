/** The 0.975 quantile of Student's t for 1 … 30 degrees of freedom; the normal quantile is close enough beyond. */
const tQuantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

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
  const half = (tQuantiles[pairs - 2] ?? 1.96) * Math.sqrt(variance / pairs)
  return { mean, band: { low: mean - half, high: mean + half }, pairs }
}
