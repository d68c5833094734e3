import { formatContribution, formatSigned } from '#contract/format.ts'
import { narrowWords } from '#contract/shapley/band.ts'
import { choiceContext, choiceLabel } from '../run/labels.ts'
import type { ValuationRow } from '../run/contributions/valuation.ts'
import { operationWords } from '../words.ts'

/** What pointing at a choice tells: its formula, φ with band, α, weight, evaluations; one line each. */
export function hoverText(row: ValuationRow): string {
  const { player, contribution, alpha, weight } = row
  const known = operationWords[player.label as keyof typeof operationWords]
  const lines = [
    `${choiceLabel(row)}, ${choiceContext(row)}`,
    player.kind === 'operation' && known ? known.formula : null,
    contribution && `φ ${formatContribution(contribution)} points`,
    contribution && narrowWords([contribution]),
    alpha !== null && `α ${formatSigned(alpha, 3)}${weight === null ? '' : `, weight ${weight.toFixed(3)}`}`,
    contribution && `${contribution.samples} marginal contributions`,
    row.chosen && 'chosen',
  ]
  return lines.filter((line) => typeof line === 'string').join('\n')
}
