import { describe, expect, it } from 'vitest'
import type { RunState } from '#contract/run/state.ts'
import type { DecisionOrder } from '#contract/shapley.ts'
import type { EventOf } from '#contract/run/events.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { runEvents } from '../../../fixtures/run-events.ts'
import {
  ledgerRows,
  ledgerTable,
  passes,
  sortingFromText,
  sortLedger,
} from '../../../../src-renderer/run/contributions/ledger.ts'
import { valuationOf } from '../../../../src-renderer/run/contributions/valuation.ts'
import { verdictsOf } from '../../../../src-renderer/run/contributions/verdicts.ts'

type Epoch = EventOf<'search-epoch'>
const node = 'cell0/node0/op'

/** A made-up run whose first node has these φ (points, with half bands) and α in each epoch; the rest stays. */
function stateWith(epochs: Record<string, [phi: number, half: number, alpha?: number]>[]) {
  const events = runEvents({ epochs: epochs.length })
  return foldEvents(
    events.map((event) => (event.type === 'search-epoch' ? withValues(event, epochs[event.epoch]) : event)),
  )
}

function withValues(event: Epoch, values: Record<string, [number, number, number?]>): Epoch {
  const contributions = event.shapley!.contributions.flatMap((found) => {
    if (!found.id.startsWith(`${node}/`)) return [found]
    const [phi, half] = values[found.id.slice(node.length + 1)] ?? [-50, 0.1]
    const errors = { low: (phi - half) / 100, high: (phi + half) / 100, standardError: half / 209.3 }
    return [{ ...found, ...errors, phi: phi / 100, samples: 20 }]
  })
  const alphas = { ...event.alphas }
  for (const [label, [, , alpha]] of Object.entries(values)) alphas[`${node}/${label}`] = alpha ?? 0
  return { ...event, alphas, shapley: { ...event.shapley!, contributions } }
}

const rowsOf = (state: ReturnType<typeof stateWith>, epoch: number | null = null) =>
  new Map(ledgerRows(state, valuationOf(state, epoch)!).map((row) => [row.player.id, row]))

describe('the ledger', () => {
  const state = stateWith([
    { sum: [3, 1, 0.1], glu: [2, 1, 0.2], concat: [1, 1, 0.3] },
    { sum: [1, 1, 0.2], glu: [2, 1, 0.3], concat: [3, 1, 0.4] },
    { sum: [3, 0.2, 0.3], glu: [2, 0.2, 0.4], concat: [1.9, 0.2, 0.2] },
  ])

  it('ranks by φ within the decision and says how the rank moved', () => {
    const rows = rowsOf(state, 2)
    expect(rows.get(`${node}/sum`)).toMatchObject({ rank: 1, ranks: [1, 3, 1], rankChange: 2, rivals: 8 })
    expect(rows.get(`${node}/glu`)).toMatchObject({ rank: 2, ranks: [2, 2, 2], rankChange: 0, spent: 60 })
    expect(rows.get(`${node}/concat`)!.alphas).toEqual([0.3, 0.4, 0.2])
  })

  it('counts the last five valued epochs only', () => {
    const calm = { sum: [2, 1] as [number, number], glu: [1, 1] as [number, number] }
    const turned = { sum: [1, 1] as [number, number], glu: [2, 1] as [number, number] }
    expect(rowsOf(stateWith([turned, calm, calm, calm, calm, calm]), 5).get(`${node}/sum`)!.rankChange).toBe(
      0,
    )
    expect(rowsOf(stateWith([turned, calm, calm, calm, calm]), 4).get(`${node}/sum`)!.rankChange).toBe(0.25)
    expect(rowsOf(stateWith([turned, calm]), 0).get(`${node}/sum`)!.rankChange).toBeNull()
  })

  it('shows an epoch as it was, without what came later', () => {
    expect(rowsOf(state, 0).get(`${node}/sum`)).toMatchObject({ ranks: [1], spent: 20, rankChange: null })
  })

  it('tells where α and φ disagree, and whether the bands allow it', () => {
    const rows = rowsOf(state, 2)
    // α puts GLU before sum although sum's band lies above GLU's.
    expect(rows.get(`${node}/glu`)!.disagreement).toBe('clear')
    expect(rows.get(`${node}/sum`)).toMatchObject({ disagreement: 'clear', alphaRank: 2 })
    expect(rows.get(`${node}/concat`)!.disagreement).toBe('none')
    expect(rowsOf(state, 0).get(`${node}/glu`)!.disagreement).toBe('within-bands')
  })

  it('sorts by every column, unknown values last, and filters by kind, cell and node', () => {
    const rows = ledgerRows(state, valuationOf(state, 2)!)
    const phis = sortLedger(rows, sortingFromText('-phi')).map(({ contribution }) => contribution!.phi)
    expect(phis).toEqual(phis.toSorted((a, b) => b - a))
    const unknown = sortLedger([{ ...rows[0], contribution: null }, rows[1]], sortingFromText('phi'))
    expect(unknown[1].contribution).toBeNull()
    expect(sortingFromText('nonsense')).toEqual({ key: 'place', descending: false })
    const kept = rows.filter((row) => passes(row, { kind: 'operation', cell: '1', node: '' }))
    expect(new Set(kept.map(({ player }) => player.decision))).toEqual(new Set(['cell1/node0/op']))
    const table = ledgerTable(kept)
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true)
  })
})

describe('the verdict on a decision', () => {
  const verdict = (
    epochs: Parameters<typeof stateWith>[0],
    change = (state: ReturnType<typeof stateWith>) => state,
  ) => {
    const state = change(stateWith(epochs))
    return verdictsOf(state, valuationOf(state, epochs.length - 1)!).find(
      ({ decision }) => decision === node,
    )!
  }
  const withOrders = (state: RunState, orders: DecisionOrder[]): RunState => ({
    ...state,
    byType: {
      ...state.byType,
      'search-epoch': state.byType['search-epoch'].map((event) => ({
        ...event,
        shapley: { ...event.shapley!, orders },
      })),
    },
  })
  const sure = { sum: [5, 0.5] as [number, number], glu: [1, 0.5] as [number, number] }
  const close = {
    sum: [2, 3] as [number, number],
    glu: [1, 3] as [number, number],
    concat: [-9, 3] as [number, number],
  }

  it('is settled when the same choice leads clearly in two epochs running', () => {
    expect(verdict([sure, sure])).toMatchObject({ order: 'settled' })
    expect(verdict([sure, sure]).orderText).toContain('sum leads GLU by 4.0 points')
  })

  it('is not after one epoch, nor when another one led before', () => {
    expect(verdict([sure])).toMatchObject({ order: 'once' })
    const turned = { sum: [1, 0.5] as [number, number], glu: [5, 0.5] as [number, number] }
    expect(verdict([turned, sure]).orderText).toContain('in the epoch before GLU led')
  })

  it('is open within the error and names whose bands overlap the leader', () => {
    expect(verdict([close, close])).toMatchObject({ order: 'open' })
    expect(verdict([close, close]).orderText).toContain('its band overlaps GLU.')
  })

  it('claims no lead where the paired order contradicts φ', () => {
    const names = { decision: node, first: `${node}/sum`, second: `${node}/glu` }
    const orders = [{ ...names, difference: -0.003, standardError: 0.01, settled: false }]
    const text = verdict([close], (state) => withOrders(state, orders)).orderText
    expect(text).toContain('Open: sum has the largest φ')
    expect(text).not.toContain('leads')
  })

  it('believes the paired order of the log before the errors of φ', () => {
    const orders = [
      {
        decision: node,
        first: `${node}/sum`,
        second: `${node}/glu`,
        difference: 0.01,
        standardError: 0.001,
        settled: true,
      },
    ]
    const paired = verdict([close, close], (state) => withOrders(state, orders))
    expect(paired.order).toBe('settled')
  })

  it('says what to drop, and is sure only where the bands are', () => {
    const rest = Object.fromEntries(
      ['concat', 'se_layer', 'sparse_attention', 'sparse_glu', 'sparse_concat'].map((label) => [
        label,
        [1, 0.5],
      ]),
    ) as Record<string, [number, number]>
    const harmful = verdict([{ ...sure, ...rest, sparse_se_layer: [-2, 1] }])
    expect(harmful).toMatchObject({ dropped: `${node}/sparse_se_layer`, dropSure: true })
    expect(harmful.dropText).toBe(
      'sparse SE layer, −2.0 [−3.0, −1.0]: sure at 95 %, its whole band is below 0.',
    )
    const unsure = verdict([{ ...sure, ...rest, sparse_se_layer: [0.4, 0.6] }])
    expect(unsure.dropSure).toBe(false)
    expect(unsure.dropText).toContain('overlaps 6 of 7 others and holds 0')
    expect(verdict([{ ...sure, ...rest, sparse_se_layer: [0.2, 0.1] }])).toMatchObject({ dropSure: true })
  })

  it('is not sure of what to drop while more may be unseen than the bands are apart', () => {
    const none = { ...sure, sparse_se_layer: [0, 0] as [number, number] }
    const rest = Object.fromEntries(
      ['concat', 'se_layer', 'sparse_attention', 'sparse_glu', 'sparse_concat'].map((label) => [
        label,
        [3, 0.5],
      ]),
    ) as Record<string, [number, number]>
    const seen = (unseen?: number) =>
      verdict([{ ...rest, ...none, glu: [1, 0.5] }], (state) => ({
        ...state,
        byType: {
          ...state.byType,
          'search-epoch': state.byType['search-epoch'].map((event) => ({
            ...event,
            shapley: {
              ...event.shapley!,
              contributions: event.shapley!.contributions.map((found) =>
                found.id === `${node}/sparse_se_layer` ? { ...found, unseen } : found,
              ),
            },
          })),
        },
      }))
    expect(seen()).toMatchObject({ dropped: `${node}/sparse_se_layer`, dropSure: true })
    expect(seen(0.004)).toMatchObject({ dropSure: true })
    expect(seen(0.02)).toMatchObject({ dropSure: false })
    expect(seen(0.02).dropText).toContain('overlaps 1 of 7 others and holds 0')
  })

  it('has nothing to say of a search that values nothing', () => {
    const events = runEvents().map((event) =>
      event.type === 'search-epoch' ? { ...event, shapley: null } : event,
    )
    const state = foldEvents(events)
    expect(verdictsOf(state, valuationOf(state, null)!)).toEqual([])
    const rows = ledgerRows(state, valuationOf(state, null)!)
    expect(rows).toHaveLength(latest(state, 'space')!.players.length)
    expect(rows[0]).toMatchObject({ rank: null, rankChange: null, spent: 0, disagreement: 'none' })
  })
})
