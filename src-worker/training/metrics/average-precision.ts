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
  return Array.from({ length: classes }, (_, label) =>
    averagePrecision(
      labels.map((own, row) => ({ rank: ranked[row * classes + label], positive: own.includes(label) })),
    ),
  )
}

function averagePrecision(samples: { rank: number; positive: boolean }[]): number {
  samples.sort((one, other) => other.rank - one.rank)
  let [hits, sum, fresh] = [0, 0, 0]
  samples.forEach(({ rank, positive }, at) => {
    if (positive) fresh += 1
    if (samples[at + 1]?.rank === rank) return
    hits += fresh
    sum += (fresh * hits) / (at + 1)
    fresh = 0
  })
  return sum / hits
}

/** Mean of the classes' average precision; classes that no sample carries are left out, and without any it is 0. */
export const meanAveragePrecision = defineMetric({
  name: 'mean-average-precision',
  measure: (outcome) => {
    const known = averagePrecisions(outcome).filter((value) => !Number.isNaN(value))
    return known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1)
  },
})
