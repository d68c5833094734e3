import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpaceConfig } from '#contract/config.ts'
import { derive, encode } from '#worker/space/derive.ts'
import { playersOf } from '#worker/space/players.ts'
import { createSpace, type FusionSpace } from '#worker/space/space.ts'
import { smallConfig, smallSpace } from './fixtures.ts'

/** Scores of ¼, but for the named players. */
function scored(space: FusionSpace, named: Record<string, number>): number[] {
  return playersOf(space).map((player) => named[player.id] ?? 0.25)
}

const spaces = fc.record({
  name: fc.constantFrom<SpaceConfig['name']>('sm-shapnas', 'bm-nas'),
  cells: fc.integer({ min: 1, max: 4 }),
  steps: fc.integer({ min: 1, max: 3 }),
  derivation: fc.constantFrom<SpaceConfig['derivation']>('free', 'bmnas-v3'),
})

describe('derive', () => {
  it('takes the strongest operation and the strongest pairs, the stronger source first', () => {
    const space = smallSpace({ cells: 1, steps: 2 })
    const genotype = derive(
      space,
      scored(space, {
        'cell0/edge/m.2': 0.9,
        'cell0/edge/m.0': 0.8,
        'cell0/node0/edge/y': 0.7,
        'cell0/node0/op/glu': 0.5,
        'cell0/node1/edge/node0': 0.4,
        'cell0/node1/edge/x': 0.3,
        'cell0/node1/op/sparse_concat': 0.5,
      }),
    )
    expect(genotype).toEqual({
      space: 'sm-shapnas',
      cells: [
        {
          inputs: ['m.2', 'm.0'],
          nodes: [
            { operation: 'glu', inputs: ['y', 'x'] },
            { operation: 'sparse_concat', inputs: ['node0', 'x'] },
          ],
        },
      ],
    })
  })

  it('gives ties to the earlier player', () => {
    const space = smallSpace({ cells: 1 })
    expect(derive(space, scored(space, {})).cells[0]).toEqual({
      inputs: ['m.0', 'm.1'],
      nodes: [{ operation: 'sum', inputs: ['x', 'y'] }],
    })
  })

  const eager = { 'cell0/edge/m.0': 0.9, 'cell0/edge/m.1': 0.8, 'cell1/edge/m.0': 0.9, 'cell1/edge/m.1': 0.8 }

  it('free: reads an earlier cell, and never the same pair twice', () => {
    const space = smallSpace()
    const again = derive(space, scored(space, { ...eager, 'cell1/edge/cell0': 0.5 }))
    expect(again.cells[1].inputs).toEqual(['m.0', 'cell0'])
  })

  it('bmnas-v3: reads features only, one of them new', () => {
    const space = smallSpace({ derivation: 'bmnas-v3' })
    const genotype = derive(space, scored(space, { ...eager, 'cell1/edge/cell0': 0.99 }))
    expect(genotype.cells.map((cell) => cell.inputs)).toEqual([
      ['m.0', 'm.1'],
      ['m.0', 'm.2'],
    ])
  })

  it('bmnas-v3: passes over a stronger pair whose features are all in use', () => {
    const space = smallSpace({ cells: 3, derivation: 'bmnas-v3' }, 4)
    const strong = { 'cell2/edge/m.1': 0.9, 'cell2/edge/m.2': 0.8 }
    const genotype = derive(space, scored(space, { ...eager, 'cell1/edge/m.2': 0.7, ...strong }))
    expect(genotype.cells.map((cell) => cell.inputs)).toEqual([
      ['m.0', 'm.1'],
      ['m.0', 'm.2'],
      ['m.1', 'm.3'],
    ])
  })

  it('bmnas-v3: goes on with other pairs when no feature is new', () => {
    const space = smallSpace({ cells: 3, derivation: 'bmnas-v3' })
    const third = derive(space, scored(space, eager)).cells[2]
    expect(third.inputs).toEqual(['m.1', 'm.2'])
  })

  it('finds an encoded genotype again', () => {
    fc.assert(
      fc.property(
        spaces,
        fc.integer({ min: 2, max: 4 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (settings, features, stream) => {
          const space = smallSpace(settings, features)
          const genotype = derive(
            space,
            playersOf(space).map(() => stream.next().value as number),
          )
          expect(derive(space, encode(space, genotype))).toEqual(genotype)
        },
      ),
    )
  })
})

it('a genotype of another space is refused with the choice that is missing', () => {
  const foreign = {
    space: 'sm-shapnas' as const,
    cells: [{ inputs: ['m.0', 'm.9'] as [string, string], nodes: [] }],
  }
  expect(() => encode(smallSpace(), foreign)).toThrow('cell0/edge/m.9')
})

describe('a space is refused', () => {
  const two = [
    { id: 'a.0', channels: 2 },
    { id: 'b.0', channels: 2 },
  ]
  it.each([
    ['with one feature', smallConfig(), two.slice(1), 'two features'],
    ['with two features of one name', smallConfig(), [two[0], two[0]], 'same name'],
    [
      'with an operation of the other space',
      smallConfig({ operations: ['sum', 'linear_glu'] }),
      two,
      'linear_glu',
    ],
  ])('%s', (_name, config, features, message) => {
    expect(() => createSpace(config, features)).toThrow(message)
  })
})
