import { formatContribution } from '#contract/format.ts'
import { widestBand } from '#contract/shapley/band.ts'
import { orderFromErrors, settledOverEpochs } from '#contract/shapley/order.ts'
import type { RunState } from '#contract/run/state.ts'
import type { DecisionOrder, ShapleyResult } from '#contract/shapley.ts'
import { formatPoints } from '../../format.ts'
import { choiceLabel } from '../labels.ts'
import { apart } from './ledger.ts'
import {
  byContribution,
  decisionsOf,
  decisionTitle,
  type DecisionGroup,
  type Valuation,
  type ValuationRow,
} from './valuation.ts'

/** What one decision's contributions allow to say, in sentences. */
export interface Verdict {
  decision: string
  title: string
  /** The group's rows, the largest φ first. */
  group: DecisionGroup
  /** Over two epochs, in this epoch (or re-valuation) alone, or not at all. */
  order: 'settled' | 'once' | 'open'
  orderText: string
  /** The choice that contributes least. */
  dropped: string
  /** Whether the bands allow to say so. */
  dropSure: boolean
  dropText: string
}

/** A verdict for each decision with at least two valued choices, in the order of the space. */
export function verdictsOf(state: RunState, valuation: Valuation): Verdict[] {
  return decisionsOf(valuation).flatMap((group) => {
    const rows = byContribution(group.rows.filter(({ contribution }) => contribution !== null))
    const order = orderIn(valuation.shapley, group)
    if (rows.length < 2 || !order) return []
    const before = valuation.revaluation ? null : orderIn(shapleyBefore(state, valuation.epoch), group)
    const settled = settledOverEpochs(before, order) ? 'settled' : order.settled ? 'once' : 'open'
    return {
      decision: group.decision,
      title: decisionTitle(group),
      group: { ...group, rows },
      order: settled,
      orderText:
        orderSentence(settled, { rows, order, before, again: valuation.revaluation !== null }) +
        chosenSentence(rows),
      ...dropVerdict(rows),
    }
  })
}

/** The order of a decision in a valuation: by pairs where it has them, else by the errors of φ. */
function orderIn(shapley: ShapleyResult | null, group: DecisionGroup): DecisionOrder | null {
  if (!shapley) return null
  const known = shapley.orders?.find(({ decision }) => decision === group.decision)
  if (known) return known
  const members = new Set(group.rows.map(({ player }) => player.id))
  const contributions = shapley.contributions.filter(({ id }) => members.has(id))
  return orderFromErrors(group.decision, contributions, shapley.exact)
}

/** The valuation before that of an epoch; null for the first. */
const shapleyBefore = (state: RunState, epoch: number): ShapleyResult | null =>
  epochBefore(state, epoch)?.shapley ?? null

/** The valued epoch before an epoch. */
export const epochBefore = (state: RunState, epoch: number) =>
  state.byType['search-epoch'].findLast((event) => event.shapley !== null && event.epoch < epoch)

function orderSentence(
  settled: Verdict['order'],
  {
    rows,
    order,
    before,
    again,
  }: {
    rows: readonly ValuationRow[]
    order: DecisionOrder
    before: DecisionOrder | null
    /** φ is that of a re-valuation, which no other epoch backs. */
    again: boolean
  },
): string {
  const [first, second] = rows.map(choiceLabel)
  const lead = `${first} leads ${second} by ${formatPoints(order.difference).replace('+', '')} points`
  if (order.difference <= 0)
    return `Open: ${first} has the largest φ, but in the permutations that both were sampled in ${second} brings as much or more.`
  if (settled === 'settled') return `Settled: ${lead}, more than the error allows, in two epochs running.`
  if (settled === 'once') {
    if (again) return `${lead}, more than the error allows, in this re-valuation; other epochs may differ.`
    if (before === null) return `${lead}, more than the error allows; one epoch alone settles nothing.`
    const earlier = rows.find(({ player }) => player.id === before.first)
    return before.first === order.first || !earlier
      ? `${lead}, more than the error allows, but in the epoch before it did not.`
      : `${lead} in this epoch, but in the epoch before ${choiceLabel(earlier)} led: they still drift.`
  }
  const rivals = rows.slice(1).filter((row) => !apart(row.contribution!, rows[0].contribution!))
  if (rivals.length === 0) return `Open: ${lead}; that is within the error of so many comparisons.`
  return `Open: ${lead}, within the error; its band overlaps ${listed(rivals.map(choiceLabel))}.`
}

/** Where the genotype takes another choice than φ of this epoch would. */
function chosenSentence(rows: readonly ValuationRow[]): string {
  const chosen = rows.filter((row) => row.chosen)
  const leaders = new Set(rows.slice(0, chosen.length))
  const others = chosen.filter((row) => !leaders.has(row))
  if (others.length === 0) return ''
  const places = others.map((row) => `${choiceLabel(row)} (place ${rows.indexOf(row) + 1})`)
  return ` α chose ${listed(places)}.`
}

function dropVerdict(rows: readonly ValuationRow[]): Pick<Verdict, 'dropped' | 'dropSure' | 'dropText'> {
  const last = rows.at(-1)!
  const { contribution } = last
  const told = `${choiceLabel(last)}, ${formatContribution(contribution!)}`
  const dropped = last.player.id
  const band = widestBand(contribution!)
  if (band !== null && band.high < 0)
    return { dropped, dropSure: true, dropText: `${told}: sure at 95 %, its whole band is below 0.` }
  const overlapping = rows.slice(0, -1).filter((row) => !apart(row.contribution!, contribution!))
  if (overlapping.length === 0)
    return { dropped, dropSure: true, dropText: `${told}: sure at 95 %, every other band lies above.` }
  const harmless = band !== null && band.low <= 0
  return {
    dropped,
    dropSure: false,
    dropText: `${told}: not sure, its band overlaps ${countOf(overlapping.length, rows.length - 1)}${harmless ? ' and holds 0' : ''}.`,
  }
}

const countOf = (count: number, all: number): string =>
  count === all ? (all === 1 ? 'the other one’s' : `all ${all} others`) : `${count} of ${all} others`

/** `a, b and c`, or `a, b, c and 4 more`. */
function listed(names: readonly string[]): string {
  if (names.length === 1) return names[0]
  if (names.length <= 4) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
