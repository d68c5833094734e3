import { describe, expect, it } from 'vitest'
import type { EventOf, RunEvent } from '#contract/run/events.ts'
import type { OperationName } from '#contract/genotype.ts'
import { foldEvents, type RunState } from '#contract/run/state.ts'
import { runEvents } from '../../../fixtures/run-events.ts'
import { collapsesOf, collapseSentence } from '../../../../src-renderer/run/contributions/collapse.ts'

type Epoch = EventOf<'search-epoch'>

/** A made-up search whose epochs are changed; it still goes on unless an epoch is kept. */
function searchOf(
  changes: ((event: Epoch) => Epoch)[],
  { cells = 2, kept }: { cells?: number; kept?: number } = {},
): RunState {
  const events = runEvents({ cells, epochs: changes.length }).flatMap((event): RunEvent[] => {
    if (event.type === 'search-epoch') return [changes[event.epoch](event)]
    if (event.type === 'searched') return kept === undefined ? [] : [{ ...event, epoch: kept }]
    return [event]
  })
  return foldEvents(events)
}

const choosing =
  (operations: OperationName[], inputs: [string, string] = ['image.3', 'text.1']) =>
  (event: Epoch): Epoch => ({
    ...event,
    genotype: {
      ...event.genotype,
      cells: operations.map((operation) => ({ inputs, nodes: [{ operation, inputs: ['x', 'y'] }] })),
    },
  })
const fine = choosing(['sparse_glu', 'glu'])
const kinds = (state: RunState) => collapsesOf(state).map(({ kind }) => kind)

describe('a search that collapsed', () => {
  it('is silent where the choices differ', () => {
    expect(collapsesOf(searchOf([fine, fine, fine]))).toEqual([])
    expect(collapsesOf(searchOf([]))).toEqual([])
  })

  it('shows in nodes that all chose operations without weights, from the epoch on in which they began to', () => {
    const skips = choosing(['sum', 'sum'])
    const [found] = collapsesOf(searchOf([fine, skips, fine, skips, skips]))
    expect(found).toMatchObject({ kind: 'parameter-free', since: 3 })
    expect(collapseSentence(found)).toBe(
      'both inner nodes chose an operation without weights (sum), since epoch 4.',
    )
  })

  it('needs two epochs while the search goes on, but not for the architecture that is kept', () => {
    const skips = choosing(['sum', 'sum'])
    expect(kinds(searchOf([fine, fine, skips]))).toEqual([])
    expect(kinds(searchOf([fine, fine, skips], { kept: 2 }))).toEqual(['parameter-free'])
    expect(kinds(searchOf([fine, skips, skips], { kept: 0 }))).toEqual([])
  })

  it('is not claimed of what chance gives easily: half of all candidates without weights', () => {
    const few = (state: RunState): RunState => ({
      ...state,
      byType: {
        ...state.byType,
        space: state.byType.space.map((event) => ({
          ...event,
          players: event.players.filter(
            ({ kind, label }) => kind !== 'operation' || /^(sum|glu)$/.test(label),
          ),
        })),
      },
    })
    const skips = (cells: number) =>
      searchOf(
        [1, 2].map(() => choosing(Array(cells).fill('sum'))),
        { cells },
      )
    expect(kinds(few(skips(2)))).not.toContain('parameter-free')
    expect(kinds(few(skips(5)))).toContain('parameter-free')
  })

  it('shows in one operation at every node, of four nodes but not of two', () => {
    const same = (cells: number) =>
      searchOf(
        [1, 2].map(() => choosing(Array(cells).fill('concat'))),
        { cells },
      )
    expect(kinds(same(2))).toEqual([])
    expect(collapseSentence(collapsesOf(same(4))[0])).toBe('all 4 inner nodes chose concat, since epoch 1.')
  })

  it('shows in a mixture that one operation holds', () => {
    const weighing =
      (share: number) =>
      (event: Epoch): Epoch => ({
        ...fine(event),
        mixture: Object.fromEntries(
          Object.keys(event.mixture).map((id) => [
            id,
            id.endsWith('/op/glu') ? share : id.includes('/op/') ? (1 - share) / 7 : 0.5,
          ]),
        ),
      })
    // An even share is 1/8; the alarm is at (1 + 1/8)/2.
    expect(kinds(searchOf([weighing(0.55), weighing(0.55)]))).toEqual([])
    const [found] = collapsesOf(searchOf([weighing(0.2), weighing(0.57), weighing(0.6)]))
    expect(found).toMatchObject({ kind: 'weight-mass', since: 1 })
    expect(found.seen).toBe('GLU holds 60 % of the mixture weight at the nodes (13 % at the start)')
  })

  it('shows in cells that take one modality alone; a cell’s output does not count', () => {
    const alone = choosing(['glu', 'sparse_glu'], ['text.0', 'text.1'])
    expect(kinds(searchOf([alone, alone]))).toEqual(['one-modality'])
    const chained = choosing(['glu', 'sparse_glu'], ['cell0', 'text.1'])
    expect(kinds(searchOf([chained, chained]))).toEqual(['one-modality'])
    const both = choosing(['glu', 'sparse_glu'], ['image.0', 'text.1'])
    expect(kinds(searchOf([both, both]))).toEqual([])
  })

  it('tells what to try, in words of the search that was run', () => {
    const skips = (event: Epoch) => ({ ...choosing(['sum', 'sum'])(event), shapley: null })
    const [gradient] = collapsesOf(searchOf([skips, skips]))
    expect(gradient.remedies.join(' ')).toContain('sm-shapnas')
    const [valued] = collapsesOf(searchOf([choosing(['sum', 'sum']), choosing(['sum', 'sum'])]))
    expect(valued.remedies.join(' ')).toContain('valuation.alphaWarmup')
  })
})
