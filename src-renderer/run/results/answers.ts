import { wilsonBand } from '#contract/statistics.ts'
import type { Predictions } from './predictions.ts'
import type { Band, ClassRow } from './results.ts'

/** What a test sample is and what the model says, as class indices, ascending; one each in a single-label task. */
export interface Answer {
  truth: readonly number[]
  predicted: readonly number[]
}

/** By position in the test split. */
export function answersOf({ task, labels, predicted, labelSets, predictedSets }: Predictions): Answer[] {
  if (task === 'single-label')
    return labels.map((label, i) => ({ truth: [label], predicted: [predicted[i]] }))
  return (labelSets ?? []).map((truth, i) => ({ truth, predicted: predictedSets?.[i] ?? [] }))
}

/** Labels that are found, missed, and said without being there. */
export function compareLabels({ truth, predicted }: Answer): {
  found: number[]
  missed: number[]
  invented: number[]
} {
  return {
    found: truth.filter((label) => predicted.includes(label)),
    missed: truth.filter((label) => !predicted.includes(label)),
    invented: predicted.filter((label) => !truth.includes(label)),
  }
}

export const outcomes = ['right', 'wrong', 'missed', 'invented'] as const
export type Outcome = (typeof outcomes)[number]

export interface SampleFilter {
  /** All labels right; something wrong; a true label missed; a label said that is not there. Null for any. */
  outcome: Outcome | null
  /** A true class, by index; null for any. With `missed` it is the one that is missed. */
  truth: number | null
  /** A predicted class; null for any. With `invented` it is the one that is invented. */
  predicted: number | null
}

/** Positions in the test split that a filter lets through, in its order. */
export function samplesThat(
  answers: readonly Answer[],
  { outcome, truth, predicted }: SampleFilter,
): number[] {
  const has = (labels: readonly number[], label: number | null) => label === null || labels.includes(label)
  return answers.flatMap((answer, i) => {
    const { missed, invented } = compareLabels(answer)
    const fits = {
      right: missed.length + invented.length === 0,
      wrong: missed.length + invented.length > 0,
      missed: missed.length > 0 && has(missed, truth),
      invented: invented.length > 0 && has(invented, predicted),
    }
    if (outcome !== null && !fits[outcome]) return []
    return has(answer.truth, truth) && has(answer.predicted, predicted) ? [i] : []
  })
}

/** How each label fares, see `classRows`; average precision asks for no threshold. */
export function labelRows({ classes, perClass }: Predictions, answers: readonly Answer[]): ClassRow[] {
  const compared = answers.map(compareLabels)
  return classes.map((name, index) => {
    const count = (key: 'found' | 'missed' | 'invented') =>
      compared.filter((labels) => labels[key].includes(index)).length
    const [hits, missed, invented] = [count('found'), count('missed'), count('invented')]
    const [support, claimed] = [hits + missed, hits + invented]
    return {
      name,
      index,
      support,
      precision: claimed === 0 ? null : hits / claimed,
      precisionBand: wilsonBand(hits, claimed),
      recall: support === 0 ? null : hits / support,
      recallBand: wilsonBand(hits, support),
      f1: claimed + support === 0 ? null : (2 * hits) / (claimed + support),
      averagePrecision: perClass?.[index]?.averagePrecision ?? null,
    }
  })
}

export interface LabelTotals {
  samples: number
  /** Samples all of whose labels are right, and their share with its band. */
  exact: number
  share: number
  band: Band
  /** True labels, and those of them that are found. */
  labels: number
  found: number
  /** Labels that the model says. */
  said: number
}

export function labelTotals(answers: readonly Answer[]): LabelTotals {
  const compared = answers.map(compareLabels)
  const sum = (key: 'found' | 'missed' | 'invented') =>
    compared.reduce((total, labels) => total + labels[key].length, 0)
  const exact = compared.filter(({ missed, invented }) => missed.length + invented.length === 0).length
  const [samples, found] = [answers.length, sum('found')]
  return {
    samples,
    exact,
    share: samples === 0 ? 0 : exact / samples,
    band: wilsonBand(exact, samples),
    labels: found + sum('missed'),
    found,
    said: found + sum('invented'),
  }
}
