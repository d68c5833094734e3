import { describe, expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import { runEvents } from '../../../fixtures/run-events.ts'
import {
  decisionsOf,
  decisionTitle,
  valuationOf,
} from '../../../../src-renderer/run/contributions/valuation.ts'

const events = runEvents()
const state = foldEvents(events)

describe('valuationOf', () => {
  it('shows the kept epoch of a finished search and the newest one before', () => {
    expect(valuationOf(state, null)!.epoch).toBe(latest(state, 'searched')!.epoch)
    const third = events.findIndex((event) => event.type === 'search-epoch' && event.epoch === 2)
    expect(valuationOf(foldEvents(events.slice(0, third + 1)), null)!.epoch).toBe(2)
    expect(valuationOf(foldEvents(events.slice(0, 5)), null)).toBeNull()
  })

  it('marks exactly the choices of the genotype', () => {
    const { rows, genotype } = valuationOf(state, 4)!
    const chosen = rows.filter((row) => row.chosen).map(({ player }) => player.id)
    expect(chosen).toHaveLength(2 * (2 + 2 + 1))
    expect(chosen).toContain(`cell1/node0/op/${genotype.cells[1].nodes[0].operation}`)
    expect(chosen).toContain(`cell0/edge/${genotype.cells[0].inputs[1]}`)
  })

  it('has one colour scale for all epochs', () => {
    expect(valuationOf(state, 0)!.limit).toBe(valuationOf(state, 7)!.limit)
    const all = state.byType['search-epoch'].flatMap(({ shapley }) => shapley!.contributions)
    expect(valuationOf(state, 0)!.limit).toBe(Math.max(...all.map(({ phi }) => Math.abs(phi))))
  })
})

describe('decisionsOf', () => {
  it('sorts each decision by φ, what was not valued last', () => {
    const valuation = valuationOf(state, null)!
    valuation.rows.find(({ player }) => player.id === 'cell0/node0/op/sum')!.contribution = null
    const groups = decisionsOf(valuation)
    expect(groups.map(decisionTitle).slice(0, 3)).toEqual([
      'Cell 0: inputs',
      'Cell 0, node 0: inputs',
      'Cell 0, node 0: operation',
    ])
    const phis = groups[2].rows.map(({ contribution }) => contribution?.phi ?? -Infinity)
    expect(phis).toEqual(phis.toSorted((a, b) => b - a))
    expect(groups[2].rows.at(-1)!.player.label).toBe('sum')
  })
})
