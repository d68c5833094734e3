import { meanAndDeviation, rankCorrelation, wilsonBand, type Band } from '../statistics.ts'
import { studentT } from '../statistics/student-t.ts'
import type { TriedSwap } from './record.ts'

/** A swap as a point: what was predicted of it and what was measured. */
export interface CalibrationPoint {
  predicted: number
  measured: number
}

/** The swaps of which something was predicted, by what was measured of them. */
export function pointsOf(tried: readonly TriedSwap[], measured: 'inherited' | 'tuned'): CalibrationPoint[] {
  return tried.flatMap(({ predicted, [measured]: { change } }) =>
    predicted ? [{ predicted: predicted.change, measured: change }] : [],
  )
}

/** How far predictions hold, over many swaps. Null where the points cannot tell. */
export interface Calibration {
  swaps: number
  /** Pearson's r and Spearman's ρ with their 95 % bands. */
  pearson: { value: number; band: Band | null } | null
  spearman: { value: number; band: Band | null } | null
  /** Of measured on predicted by least squares: 1 where sizes are right, 0 where predictions say nothing. */
  slope: { value: number; band: Band | null } | null
  /** How often predicted and measured go the same way, of the swaps where neither is 0; with Wilson's band. */
  signs: { agreeing: number; of: number; band: Band | null }
  /** Root mean square of measured less predicted. */
  error: number | null
}

/**
 * Compares predicted with measured changes. All measured changes of one batch share the original's score: what is off
 * in it shifts all of them alike, which leaves correlation and slope as they are, but not the signs.
 */
export function calibrate(points: readonly CalibrationPoint[]): Calibration {
  const [xs, ys] = [points.map(({ predicted }) => predicted), points.map(({ measured }) => measured)]
  const telling = points.filter(({ predicted, measured }) => predicted !== 0 && measured !== 0)
  const agreeing = telling.filter(({ predicted, measured }) => predicted > 0 === measured > 0).length
  const squares = points.map(({ predicted, measured }) => (measured - predicted) ** 2)
  const line = fitLine(xs, ys)
  const rho = rankCorrelation(xs, ys)
  return {
    swaps: points.length,
    pearson: line && { value: line.correlation, band: correlationBand(line.correlation, points.length, 1) },
    // the variance of Spearman's ρ on Fisher's scale: 1.06/(n − 3) (Fieller, Hartley & Pearson 1957)
    spearman: rho === null ? null : { value: rho, band: correlationBand(rho, points.length, 1.06) },
    slope: line && { value: line.slope, band: line.band },
    signs: { agreeing, of: telling.length, band: wilsonBand(agreeing, telling.length) },
    error: points.length > 0 ? Math.sqrt(meanAndDeviation(squares).mean) : null,
  }
}

/** The least-squares line; null for fewer than three points, or where one coordinate is constant. */
function fitLine(xs: readonly number[], ys: readonly number[]) {
  const n = xs.length
  if (n < 3) return null
  const [x0, y0] = [meanAndDeviation(xs).mean, meanAndDeviation(ys).mean]
  const sum = (of: (x: number, y: number) => number) =>
    xs.reduce((total, x, i) => total + of(x - x0, ys[i] - y0), 0)
  const [sxx, syy, sxy] = [sum((x) => x * x), sum((_, y) => y * y), sum((x, y) => x * y)]
  if (sxx === 0 || syy === 0) return null
  const slope = sxy / sxx
  const standardError = Math.sqrt(Math.max(0, syy - slope * sxy) / (n - 2) / sxx)
  const half = studentT(0.05, n - 2) * standardError
  return { slope, band: { low: slope - half, high: slope + half }, correlation: sxy / Math.sqrt(sxx * syy) }
}

/** By Fisher's transformation, whose variance is `factor`/(n − 3); null for fewer than four points. */
function correlationBand(value: number, n: number, factor: number): Band | null {
  if (n < 4) return null
  if (Math.abs(value) >= 1) return { low: value, high: value }
  const [centre, half] = [Math.atanh(value), 1.959964 * Math.sqrt(factor / (n - 3))]
  return { low: Math.tanh(centre - half), high: Math.tanh(centre + half) }
}
