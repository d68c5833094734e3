import { formatCount, formatDuration, formatSigned } from '#contract/format.ts'
import type { ShapleyResult } from '#contract/shapley.ts'
import { mayBeNarrow, narrowWords } from '#contract/shapley/band.ts'
import { biasWords, stopWords } from '#contract/shapley/valuation.ts'
import type { Valuation } from './valuation.ts'

/** Something that tells how far an estimate can be trusted. */
export interface Fact {
  label: string
  text: string
  /** Worth a second look. */
  warning?: boolean
}

const points = (share: number): string => (100 * share).toFixed(2)

const choices = (count: number): string => (count === 1 ? '1 choice' : `${formatCount(count)} choices`)

/** Whether an estimate is off by more than sampling; null for logs that do not tell. */
export function biasFact(shapley: ShapleyResult): Fact | null {
  const text = biasWords(shapley)
  if (text === null) return null
  const { exact, unbiased, bias } = shapley
  const warning = !exact && (bias ? bias.most > 0 : !unbiased)
  return { label: 'Bias', text, ...(warning && { warning }) }
}

/** Of a time limit also that the machine had a say. */
const endFact = ({ stopped }: ShapleyResult, text: string): Fact =>
  stopped === 'seconds'
    ? { label: 'Ended because', text: `${text}; the same seed need not repeat it`, warning: true }
    : { label: 'Ended because', text }

/** What a reader needs to know before believing an estimate. */
export function honestyOf({ shapley, revaluation }: Valuation): Fact[] {
  if (!shapley) return []
  const { contributions, evaluations, requests, gap, empty, grand } = shapley
  const errors = contributions.flatMap(({ standardError }) => standardError ?? []).toSorted((a, b) => a - b)
  const stopped = stopWords(shapley)
  const narrow = narrowWords(contributions)
  return [
    { label: 'Estimator', text: shapley.estimator },
    {
      label: 'Evaluations',
      text: `${formatCount(evaluations)} coalitions, asked for ${formatCount(requests)} times`,
    },
    ...(stopped ? [endFact(shapley, stopped)] : []),
    ...[biasFact(shapley)].filter((fact) => fact !== null),
    {
      label: 'Gap',
      text: `Σφ misses v(N) − v(∅) = ${points(grand - empty)} points by ${formatSigned(100 * gap, 2)}`,
    },
    ...(errors.length > 0 && !shapley.exact
      ? [
          {
            label: 'Standard errors',
            text: `${points(errors[0])} to ${points(errors.at(-1)!)} points, half of them below ${points(errors[Math.floor(errors.length / 2)])}`,
          },
        ]
      : []),
    ...(narrow
      ? [
          {
            label: 'Bands',
            text: `of ${choices(contributions.filter(mayBeNarrow).length)}: ${narrow}`,
            warning: true,
          },
        ]
      : []),
    ...(revaluation
      ? [
          {
            label: 'Made',
            text: `on ${formatCount(revaluation.samples)} validation samples in ${revaluation.seconds < 1 ? 'less than 1 s' : formatDuration(1000 * revaluation.seconds)} (${revaluation.device}), Shapwright ${revaluation.engine}`,
          },
        ]
      : []),
  ]
}
