import type { MetricName } from '#contract/config.ts'
import type { Outcome } from '../outcome.ts'

/** A measure of how well answers meet the labels. */
export interface Metric {
  readonly name: MetricName
  /** 0–1, more is better; 0 of no samples. */
  measure(outcome: Outcome): number
}

/** Declares a metric; the table is `metrics/index.ts`. */
export const defineMetric = (metric: Metric): Metric => metric
