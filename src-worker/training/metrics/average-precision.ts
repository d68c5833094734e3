import { probabilitiesOf, type Outcome } from '../outcome.ts'
import { defineMetric } from './metric.ts'

/**
 * Average precision of every class: Σ over thresholds of (recall − recall of the threshold above) · precision, every
 * distinct probability of the class being a threshold; samples of equal probability enter together, so their order does
 * not matter. NaN for a class that no sample carries.
 */
export function averagePrecisions(outcome: Outcome): number[] {
  const { classes, labels } = outcome
  // softmax depends on all classes; the sigmoid keeps the order of the logits, which it would round together far out
  const ranked: ArrayLike<number> = outcome.task === 'multi-label' ? outcome.logits : probabilitiesOf(outcome)
  return Array.from({ length: classes }, (_, label) => {
    const support = labels.reduce((count, own) => count + Number(own.includes(label)), 0)
    const positive = new Float64Array(support)
    const negative = new Float64Array(labels.length - support)
    let taken = 0
    labels.forEach((own, row) => {
      const rank = ranked[row * classes + label]
      if (own.includes(label)) positive[taken++] = rank
      else negative[row - taken] = rank
    })
    return averagePrecision(positive.sort(), negative.sort())
  })
}

/** Of ranks in ascending order, those of samples that carry the class and of those that do not. */
function averagePrecision(positive: Float64Array, negative: Float64Array): number {
  let [sum, hits, misses] = [0, 0, 0]
  for (let at = positive.length - 1; at >= 0; at--) {
    const rank = positive[at]
    if (positive[at - 1] === rank) continue
    while (misses < negative.length && negative[negative.length - 1 - misses] >= rank) misses += 1
    const reached = positive.length - at
    sum += ((reached - hits) * reached) / (reached + misses)
    hits = reached
  }
  return sum / positive.length
}

/** Mean of the classes' average precision; classes that no sample carries are left out, and without any it is 0. */
export const meanAveragePrecision = defineMetric({
  name: 'mean-average-precision',
  measure: (outcome) => {
    const known = averagePrecisions(outcome).filter((value) => !Number.isNaN(value))
    return known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1)
  },
})
