import { describe, expect, it } from 'vitest'
import type { Box } from '#contract/drawing/box.ts'
import { latest, foldEvents } from '#contract/run/state.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { playersOf } from '../../fixtures/search-events.ts'
import { graphFromSpace } from '../../../src-renderer/architecture/graph.ts'
import { layoutArchitecture, pathThrough } from '../../../src-renderer/architecture/layout.ts'

const features = latest(foldEvents(runEvents()), 'space')!.features

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe.each([1, 2, 4])('the layout of %d cells', (cells) => {
  const graph = graphFromSpace(playersOf(cells), features)
  const layout = layoutArchitecture(graph)

  it('places every node, none upon another', () => {
    const boxes = graph.nodes.map(({ id }) => layout.nodes.get(id)!)
    expect(boxes.every((box) => Number.isFinite(box.x) && Number.isFinite(box.y))).toBe(true)
    const collisions = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => overlap(a, b)))
    expect(collisions).toEqual([])
  })

  it('reads from left to right', () => {
    for (const { source, target } of graph.edges) {
      const [from, to] = [layout.nodes.get(source)!, layout.nodes.get(target)!]
      expect(from.x + from.width).toBeLessThan(to.x)
    }
  })

  it('keeps the nodes of a cell inside its frame and all others outside', () => {
    for (const node of graph.nodes) {
      const box = layout.nodes.get(node.id)!
      for (const [cell, frame] of layout.frames) {
        expect(overlap(box, frame)).toBe('cell' in node && node.cell === cell)
      }
    }
  })

  it('has one edge for every edge player and routes each', () => {
    const players = playersOf(cells).filter(({ kind }) => kind !== 'operation')
    const drawn = graph.edges.flatMap(({ player }) => (player ? [player.id] : []))
    expect(drawn.sort()).toEqual(players.map(({ id }) => id).sort())
    for (const { id } of graph.edges) expect(layout.edges.get(id)!.length).toBeGreaterThan(1)
  })
})

describe('pathThrough', () => {
  const [from, to] = [
    { x: 2, y: 5 },
    { x: 98, y: 25 },
  ]
  const at = (x: number, y: number) => ({ x, y })

  it('passes through the inner points of a detour and ends at the ends', () => {
    const path = pathThrough(from, [at(0, 0), at(30, 40), at(70, 40), at(100, 20)], to)
    expect(path).toBe('M2,5 C16,5 16,40 30,40 C50,40 50,40 70,40 C84,40 84,25 98,25')
  })

  it('goes straight to a neighbour', () => {
    expect(pathThrough(from, [at(0, 0), at(50, 40), at(100, 20)], to)).toBe('M2,5 C50,5 50,25 98,25')
  })
})
