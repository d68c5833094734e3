import { choicesOf } from '#contract/architecture.ts'
import type { EventOf } from '#contract/run/events.ts'
import { formatContribution } from '#contract/format.ts'
import type { Player } from '#contract/genotype.ts'
import { contributionStroke, plainColours } from '#contract/drawing/palette.ts'
import type { Contribution } from '#contract/shapley.ts'
import { element, escapeMarkup } from '#contract/drawing/markup.ts'
import type { Paint } from '#contract/drawing/paint.ts'
import { note, table, type Cell } from './html.ts'

/** The candidates of every decision with φ, band and samples; the chosen ones marked. */
export function contributionTables(
  event: EventOf<'search-epoch'>,
  players: readonly Player[],
  { limit, value }: { limit: number; value: string },
  paint: Paint,
): string[] {
  const byId = new Map(event.shapley?.contributions.map((contribution) => [contribution.id, contribution]))
  if (byId.size === 0) return []
  const chosen = new Set(choicesOf(event.genotype).map(({ playerId }) => playerId))
  const decisions = [...Map.groupBy(players, ({ decision }) => decision).values()]
  const tables = decisions.map((members) => {
    const rows = members
      .toSorted((a, b) => (byId.get(b.id)?.phi ?? -Infinity) - (byId.get(a.id)?.phi ?? -Infinity))
      .map((player): Cell[] => {
        const found = byId.get(player.id)
        const name = `${chosen.has(player.id) ? '✓ ' : ''}${player.label.replaceAll('_', ' ')}`
        const weight = chosen.has(player.id) ? 'font-weight:600' : undefined
        return [
          { markup: escapeMarkup(name), style: weight },
          { markup: found ? bar(found, limit, paint) : '' },
          found ? formatContribution(found) : '–',
          found ? String(found.samples) : '–',
        ]
      })
    const columns = [titleOf(members[0]), '0 in the middle', 'φ [95 % band], points', 'samples']
    return element('div', { class: 'decision' }, table(columns, rows))
  })
  const { evaluations, estimator } = event.shapley!
  const told = `φ is the Shapley value: how much validation ${value} a choice adds on average over all orders in which the choices could join the supernet. Epoch ${event.epoch + 1}, estimator ${estimator}, ${evaluations} coalitions valued. ✓ chosen. A band across zero leaves open whether a choice helps.`
  return [note(told), element('div', { class: 'decisions' }, ...tables)]
}

function titleOf({ kind, cell, node }: Player): string {
  if (kind === 'edge') return `Cell ${cell}: inputs`
  return kind === 'operation' ? `Cell ${cell}, node ${node}: operation` : `Cell ${cell}, node ${node}: inputs`
}

/** φ from zero in the middle, its band as a line; both ends of the bar are the largest |φ| of the run. */
function bar({ phi, low, high }: Contribution, limit: number, paint: Paint): string {
  const width = 140
  const at = (value: number) => {
    const share = limit > 0 ? Math.max(-1, Math.min(1, value / (1.25 * limit))) : 0
    return width / 2 + (share * width) / 2
  }
  const [from, to] = [Math.min(at(0), at(phi)), Math.max(at(0), at(phi))]
  const fill = paint((scheme) => contributionStroke(phi, limit, scheme))
  const text = paint((scheme) => plainColours(scheme).text)
  const axis = paint((scheme) => plainColours(scheme).axis)
  const band =
    low === null || high === null
      ? ''
      : element('path', { d: `M${at(low).toFixed(1)},8 H${at(high).toFixed(1)}`, style: `stroke:${text}` })
  return element(
    'svg',
    { viewBox: `0 0 ${width} 16`, width, height: 16, 'aria-hidden': 'true' },
    element('rect', {
      x: from,
      y: 3,
      width: Math.max(1, to - from),
      height: 10,
      style: `fill:${fill}`,
    }),
    element('path', { d: `M${width / 2},0 V16`, style: `stroke:${axis}` }),
    band,
  )
}
