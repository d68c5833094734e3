import type { RunState } from '#contract/run/state.ts'
import { contributionScale, type ContributionScale } from '../../charts/contribution-scale.ts'
import { largestContribution, largestOf, type Valuation, type ValuationRow } from './valuation.ts'

export interface FamilyScale {
  scale: ContributionScale
  /** |φ| of the full colour, the same in every epoch; a re-valuation may reach further. */
  limit: number
}

/** Operations and inputs on scales of their own: inputs may weigh ten times as much as operations and would hide them. */
export function familyScales(
  state: RunState,
  valuation: Valuation,
): Record<'operations' | 'inputs', FamilyScale> {
  const families = new Map(valuation.rows.map(({ player }) => [player.id, player.kind === 'operation']))
  const familyOf = (id: string) => families.get(id)
  const scaleOf = (operations: boolean): FamilyScale => ({
    limit: Math.max(
      largestContribution(state, ({ kind }) => (kind === 'operation') === operations),
      largestOf(valuation.shapley, (id) => familyOf(id) === operations),
    ),
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
