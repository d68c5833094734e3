import type { MetricName } from '#contract/config.ts'
import { meanAveragePrecision } from './average-precision.ts'
import { crossEntropy } from './cross-entropy.ts'
import { macroF1, weightedF1 } from './f1.ts'
import type { Metric } from './metric.ts'
import { score } from './score.ts'

/** Every metric by its name in the configuration. */
export const metrics: Record<MetricName, Metric> = {
  score,
  'macro-f1': macroF1,
  'weighted-f1': weightedF1,
  'mean-average-precision': meanAveragePrecision,
  'cross-entropy': crossEntropy,
}
