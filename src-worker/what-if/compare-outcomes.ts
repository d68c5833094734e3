import { meanAndDeviation } from '#contract/statistics.ts'
import { studentT } from '#contract/statistics/student-t.ts'
import type { MeasuredChange } from '#contract/what-if/record.ts'
import { stream } from '../random.ts'
import type { Metric } from '../training/metrics/metric.ts'
import { predictedLabels, type Outcome } from '../training/outcome.ts'

/** The jackknife leaves out one of so many groups of samples at a time, single samples where there are no more. */
const mostGroups = 200

/**
 * How a metric differs between two networks that answered the same samples, the mean over repetitions.
 *
 * Its squared standard error adds up that over samples, by the paired jackknife: (g − 1)/g · Σ(θ₋ⱼ − θ̄)² over g groups of
 * samples (of an accuracy with single samples left out, the variance of the differences of right and wrong over n), and
 * that over seeds: the variance of the repetitions' changes over their number. A single repetition does not tell the
 * latter. The band is Student's, with the degrees of freedom of such a sum (Welch & Satterthwaite).
 *
 * @param original By repetition; `changed` likewise, with equal seeds.
 */
export function compareOutcomes(
  original: readonly Outcome[],
  changed: readonly Outcome[],
  metric: Metric,
): MeasuredChange {
  const scores = changed.map((outcome) => metric.measure(outcome))
  const repetitions = scores.map((score, r) => score - metric.measure(original[r]))
  const { mean: change } = meanAndDeviation(repetitions)
  const groups = Math.min(mostGroups, original[0].labels.length)
  // drawn, for the samples may lie in an order that has a period
  const places = stream(0, 'jackknife').permutation(original[0].labels.length)
  const left = Array.from({ length: groups }, (_, group) => {
    const kept = places.flatMap((place, i) => (place % groups === group ? [] : [i]))
    const without = (outcome: Outcome) => metric.measure(onlySamples(outcome, kept))
    return meanAndDeviation(changed.map((outcome, r) => without(outcome) - without(original[r]))).mean
  })
  const overSamples = ((groups - 1) ** 2 / groups) * meanAndDeviation(left).deviation ** 2
  const overSeeds = meanAndDeviation(repetitions).deviation ** 2 / repetitions.length
  const standardError = Math.sqrt(overSamples + overSeeds)
  const spent =
    overSamples ** 2 / Math.max(1, groups - 1) + overSeeds ** 2 / Math.max(1, repetitions.length - 1)
  const half =
    standardError === 0 ? 0 : studentT(0.05, (overSamples + overSeeds) ** 2 / spent) * standardError
  const right = [original, changed].map((outcomes) => outcomes.map(answeredRightly))
  const count = (isCounted: (before: boolean, after: boolean) => boolean) =>
    right[0].reduce(
      (sum, before, r) => sum + before.filter((hit, i) => isCounted(hit, right[1][r][i])).length,
      0,
    )
  return {
    score: meanAndDeviation(scores).mean,
    change,
    standardError,
    low: change - half,
    high: change + half,
    gained: count((before, after) => !before && after),
    lost: count((before, after) => before && !after),
    repetitions,
  }
}

function onlySamples(outcome: Outcome, kept: readonly number[]): Outcome {
  const { classes, labels, logits } = outcome
  const own = new Float32Array(kept.length * classes)
  kept.forEach((i, row) => own.set(logits.subarray(i * classes, (i + 1) * classes), row * classes))
  return { ...outcome, logits: own, labels: kept.map((i) => labels[i]) }
}

/** By sample; of several labels all must be right. */
function answeredRightly(outcome: Outcome): boolean[] {
  const predicted = predictedLabels(outcome)
  return outcome.labels.map((own, i) => own.join() === predicted[i].join())
}
