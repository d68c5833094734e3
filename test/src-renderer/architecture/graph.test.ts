import { describe, expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { playersOf } from '../../fixtures/search-events.ts'
import { findParts } from '../../../src-renderer/architecture/find.ts'
import { cellsFromText, textFromCells } from '../../../src-renderer/architecture/folded-cells.ts'
import { foldedAtFirst, graphFromSpace, isDrawable } from '../../../src-renderer/architecture/graph.ts'
import { hoverText } from '../../../src-renderer/architecture/hover.ts'
import { layoutArchitecture } from '../../../src-renderer/architecture/layout.ts'
import { valuationOf } from '../../../src-renderer/run/contributions/valuation.ts'

const state = foldEvents(runEvents())
const { features } = latest(state, 'space')!

describe('a folded cell', () => {
  const graph = graphFromSpace(playersOf(3), features, new Set([1]))

  it('is one node that its edges lead to; its inner edges are gone', () => {
    expect(graph.nodes.filter(({ id }) => id.startsWith('cell1')).map(({ id }) => id)).toEqual(['cell1'])
    const ids = new Set(graph.nodes.map(({ id }) => id))
    expect(graph.edges.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(true)
    expect(graph.edges.find(({ id }) => id === 'cell2/edge/cell1')).toMatchObject({
      source: 'cell1',
      target: 'cell2/in',
    })
    expect(graph.edges.some(({ id }) => id.startsWith('cell1/node0/edge'))).toBe(false)
  })

  it('has a place in the drawing, outside every frame', () => {
    const layout = layoutArchitecture(graph)
    expect([...layout.frames.keys()]).toEqual([0, 2])
    expect(layout.nodes.get('cell1')!.width).toBeGreaterThan(100)
    for (const { id } of graph.edges) expect(layout.edges.get(id)!.length).toBeGreaterThan(1)
  })

  it('is the rule for a large space, which can be drawn then', () => {
    expect(foldedAtFirst(playersOf(2), features)).toEqual([])
    const large = playersOf(16)
    expect(foldedAtFirst(large, features)).toHaveLength(16)
    expect(isDrawable(graphFromSpace(large, features, new Set(foldedAtFirst(large, features))))).toBe(true)
  })

  it('does not save a space with too many parts or too many edges from being listed', () => {
    const many = playersOf(34)
    expect(isDrawable(graphFromSpace(many, features))).toBe(false)
    expect(isDrawable(graphFromSpace(many, features, new Set(foldedAtFirst(many, features))))).toBe(false)
  })

  it('stands in the address', () => {
    expect(cellsFromText(textFromCells([0, 2]))).toEqual([0, 2])
    expect(cellsFromText(textFromCells([]))).toEqual([])
    expect(cellsFromText('')).toBeNull()
  })
})

describe('finding a part', () => {
  const graph = graphFromSpace(playersOf(2), features)

  it('takes words in any order and case, by name or id', () => {
    expect(findParts(graph, 'CELL 1 sparse glu').map(({ id }) => id)).toEqual(['cell1/node0/op/sparse_glu'])
    expect(findParts(graph, 'image.3').map(({ id }) => id)).toEqual(['feature/image.3'])
    expect(findParts(graph, 'sparse_concat')).toHaveLength(2)
    expect(findParts(graph, 'output').map(({ name }) => name)).toEqual([
      'output of cell 0',
      'output of cell 1',
    ])
  })

  it('finds nothing for nothing', () => {
    expect(findParts(graph, '  ')).toEqual([])
    expect(findParts(graph, 'audio')).toEqual([])
  })
})

describe('pointing at a choice', () => {
  it('tells formula, φ with band, α, weight and evaluations', () => {
    const rows = valuationOf(state, 0)!.rows
    const operation = rows.find(({ player }) => player.id === 'cell0/node0/op/sum')!
    const lines = hoverText(operation).split('\n')
    expect(lines[0]).toBe('sum, cell 0')
    expect(lines[1]).toBe('x + y')
    expect(lines[2]).toMatch(/^φ [+−]?\d+\.\d \[.+, .+\] points$/)
    expect(lines[3]).toMatch(/^α [+−]?0\.\d{3}, weight 0\.\d{3}$/)
    expect(lines[4]).toBe('10 marginal contributions')
    const unseen = { ...operation, contribution: { ...operation.contribution!, unseen: 0.02 } }
    expect(hoverText(unseen).split('\n')[3]).toContain('few contributions seen: the band may be too narrow')
    expect(hoverText({ ...operation, contribution: null, alpha: null, chosen: false })).toBe(
      'sum, cell 0\nx + y',
    )
  })
})
