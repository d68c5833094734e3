import { formatContribution, formatCount, formatDuration, unknown } from '#contract/format.ts'
import type { RunState } from '#contract/run/state.ts'
import { metricTitle, taskOf } from '#contract/run/score-name.ts'
import { rankCorrelation } from '#contract/statistics.ts'
import { biasWords, ownResult, stopWords, type Revaluation } from '#contract/shapley/valuation.ts'
import { alignTable, contributionCells, describeNarrow } from './report.ts'

/** What a re-valuation found, beside what the search itself had found in the same epoch. */
export function describeRevaluation(made: Revaluation, state: RunState): string[] {
  const { request, result, samples, seconds, epoch } = made
  const own = ownResult(state)
  const before = new Map(own?.contributions.map((contribution) => [contribution.id, contribution]))
  const cells = contributionCells(result.contributions)
  const rows = result.contributions.map(({ id, samples: own }, i) => {
    const known = before.get(id)
    return [id, cells[i], String(own), known ? formatContribution(known) : '']
  })
  const pairs = result.contributions.flatMap(({ id, phi }) => {
    const known = before.get(id)
    return known ? [[phi, known.phi]] : []
  })
  const correlation = rankCorrelation(
    pairs.map(([phi]) => phi),
    pairs.map(([, phi]) => phi),
  )
  return [
    `The supernet of search epoch ${epoch + 1}, valued by ${result.estimator} from ${formatCount(result.evaluations)} coalitions ` +
      `on ${formatCount(samples)} validation samples in ${formatDuration(1000 * seconds)}; ended because ${stopWords(result)}${beyondLimit(made)}.`,
    `Bias: ${biasWords(result) ?? unknown}`,
    '',
    `What each choice contributes (Shapley value in points of the validation ${metricTitle(request.metric, taskOf(state))}, 95 % band):`,
    ...alignTable([['player', 'contribution', 'samples', own ? 'in the search' : ''], ...rows]).map(
      (line) => `  ${line}`,
    ),
    ...describeNarrow(result.contributions),
    ...(correlation === null
      ? []
      : [`Rank correlation with the search's own φ (Spearman): ${correlation.toFixed(2)}`]),
    `Kept as ${made.id}`,
  ]
}

/** An estimate takes a least number of coalitions, whatever was asked for. */
function beyondLimit({ request, result }: Revaluation): string {
  const { evaluations } = request
  if (evaluations === null || result.evaluations <= evaluations) return ''
  return `, of which ${result.estimator} takes more than the ${formatCount(evaluations)} that were asked for`
}
