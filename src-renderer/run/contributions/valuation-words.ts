import { formatCount } from '#contract/format.ts'
import type { Revaluation, RevaluationRequest } from '#contract/shapley/valuation.ts'
import { formatMoment } from '../../format.ts'
import type { RevalueForm } from './revalue-form.ts'

/** What each estimator does, in one sentence. */
export const estimatorWords: Record<RevaluationRequest['estimator'], string> = {
  grouped: 'Shared orders; sparse operations are valued more often.',
  permutation: 'Random orders in which all choices join; unbiased.',
  antithetic: 'Every order also backwards; unbiased and often closer.',
  truncated: 'Cuts an order where the rest adds little; cheaper, and biased.',
  'early-truncation': 'Takes choices away until the score collapses (Shapley-NAS); cheaper, and biased.',
  kernel: 'A fit to random coalitions; each tells of all choices. Slightly biased.',
  exact: 'Every coalition; no error at all. For 16 choices at most.',
}

/** `kernel, 2 000 evaluations · 03-14 15:09` */
export function revaluationTitle({ result, createdAt }: Revaluation): string {
  const day = formatMoment(createdAt).slice(5, 16)
  return `${result.estimator}, ${formatCount(result.evaluations)} evaluations · ${day}`
}

export const samplesWords: Record<RevalueForm['samples'], string> = {
  own: 'The same as in the last epoch: φ compares choice by choice.',
  all: 'What φ says of them holds for the whole split.',
  other: 'Shows how far φ depends on the samples drawn.',
}
