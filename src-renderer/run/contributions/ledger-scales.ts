import type { RunState } from '#contract/run-state.ts'
import { contributionScale, type ContributionScale } from '../../charts/contribution-scale.ts'
import { largestContribution, type Valuation, type ValuationRow } from './valuation.ts'

export interface FamilyScale {
  scale: ContributionScale
  /** |φ| of the full colour, the same in every epoch. */
  limit: number
}

/** Operations and inputs on scales of their own: inputs may weigh ten times as much as operations and would hide them. */
export function familyScales(
  state: RunState,
  valuation: Valuation,
): Record<'operations' | 'inputs', FamilyScale> {
  const scaleOf = (operations: boolean): FamilyScale => ({
    limit: largestContribution(state, ({ kind }) => (kind === 'operation') === operations),
    scale: contributionScale(
      valuation.rows.filter(({ player }) => (player.kind === 'operation') === operations).flatMap(extent),
    ),
  })
  return { operations: scaleOf(true), inputs: scaleOf(false) }
}

function extent({ contribution }: ValuationRow): number[] {
  if (!contribution) return []
  const { phi, low, high } = contribution
  return [phi, low ?? phi, high ?? phi]
}
