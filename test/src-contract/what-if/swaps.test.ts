import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpaceConfig } from '#contract/config.ts'
import type { Genotype } from '#contract/genotype.ts'
import { applySwap, describeSwap, isAllowed, swapKey, swapsOf, type Swap } from '#contract/what-if/swaps.ts'
import { derive, encode } from '#worker/space/derive.ts'
import { playersOf } from '#worker/space/players.ts'
import type { FusionSpace } from '#worker/space/space.ts'
import { smallSpace } from '../../src-worker/space/fixtures.ts'

const swapSpace = (space: FusionSpace) => ({
  players: playersOf(space),
  derivation: space.config.derivation,
})

/** A space with a genotype that was derived in it. */
const derived = fc
  .tuple(
    fc.record({
      cells: fc.integer({ min: 1, max: 3 }),
      steps: fc.integer({ min: 1, max: 3 }),
      derivation: fc.constantFrom<SpaceConfig['derivation']>('free', 'bmnas-v3'),
    }),
    fc.integer({ min: 3, max: 4 }),
    fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
  )
  .map(([settings, features, stream]) => {
    const space = smallSpace(settings, features)
    const scores = playersOf(space).map(() => stream.next().value as number)
    return { space, genotype: derive(space, scores) }
  })

/** Every genotype that differs from this one in one name, allowed or not. */
function neighbours(space: FusionSpace, genotype: Genotype): Genotype[] {
  const players = playersOf(space)
  const rivals = (decision: string) => players.filter((player) => player.decision === decision)
  const changed: Genotype[] = []
  genotype.cells.forEach((cell, i) => {
    for (const at of [0, 1])
      for (const { label } of rivals(`cell${i}/edge`)) {
        const copy = structuredClone(genotype)
        copy.cells[i].inputs[at] = label
        changed.push(copy)
      }
    cell.nodes.forEach((_, j) => {
      for (const at of [0, 1])
        for (const { label } of rivals(`cell${i}/node${j}/edge`)) {
          const copy = structuredClone(genotype)
          copy.cells[i].nodes[j].inputs[at] = label
          changed.push(copy)
        }
      for (const operation of space.operations) {
        const copy = structuredClone(genotype)
        copy.cells[i].nodes[j].operation = operation
        changed.push(copy)
      }
    })
  })
  return changed.filter((copy) => JSON.stringify(copy) !== JSON.stringify(genotype))
}

/** Whether the search could have derived it: scores that point at it lead to it. */
function isDerivable(space: FusionSpace, genotype: Genotype): boolean {
  const pairs = genotype.cells.flatMap((cell) => [cell.inputs, ...cell.nodes.map(({ inputs }) => inputs)])
  if (pairs.some(([a, b]) => a === b)) return false
  return JSON.stringify(derive(space, encode(space, genotype))) === JSON.stringify(genotype)
}

const names = (genotypes: readonly Genotype[]) =>
  genotypes.map((genotype) => JSON.stringify(genotype)).toSorted()

describe('the swaps of a genotype', () => {
  it('lead to exactly those neighbours that the search could have derived', () => {
    fc.assert(
      fc.property(derived, ({ space, genotype }) => {
        const found = swapsOf(genotype, swapSpace(space)).map((swap) => applySwap(genotype, swap))
        const expected = neighbours(space, genotype).filter((neighbour) => isDerivable(space, neighbour))
        expect(names(found)).toEqual(names(expected))
      }),
    )
  })

  it('are undone by the swap back, and leave the genotype as it was', () => {
    fc.assert(
      fc.property(derived, ({ space, genotype }) => {
        const before = structuredClone(genotype)
        for (const swap of swapsOf(genotype, swapSpace(space))) {
          const back: Swap = { ...swap, from: swap.to, to: swap.from }
          const there = applySwap(genotype, swap)
          expect(applySwap(there, back)).toEqual(genotype)
          expect(isAllowed(there, back, swapSpace(space))).toBe(true)
        }
        expect(genotype).toEqual(before)
      }),
    )
  })

  it('have names of their own', () => {
    fc.assert(
      fc.property(derived, ({ space, genotype }) => {
        const keys = swapsOf(genotype, swapSpace(space)).map(swapKey)
        expect(new Set(keys).size).toBe(keys.length)
      }),
    )
  })
})

const genotype: Genotype = {
  space: 'sm-shapnas',
  cells: [
    { inputs: ['m.0', 'm.1'], nodes: [{ operation: 'glu', inputs: ['x', 'y'] }] },
    { inputs: ['m.0', 'm.2'], nodes: [{ operation: 'sum', inputs: ['y', 'x'] }] },
  ],
}

it('a pair that another cell reads is no swap', () => {
  const space = swapSpace(smallSpace())
  expect(isAllowed(genotype, { decision: 'cell1/edge', from: 'm.2', to: 'm.1' }, space)).toBe(false)
  expect(isAllowed(genotype, { decision: 'cell1/edge', from: 'm.0', to: 'm.1' }, space)).toBe(true)
})

it('an operation can be swapped also where the pairs of cells were not derived by the rule', () => {
  const doubled = structuredClone(genotype)
  doubled.cells[1].inputs = ['m.1', 'm.0']
  const swaps = swapsOf(doubled, swapSpace(smallSpace()))
  expect(swaps.filter(({ decision }) => decision === 'cell1/node0/op')).toHaveLength(7)
})

it('bmnas-v3: a swap in an earlier cell that would take the new feature of a later one is none', () => {
  const space = swapSpace(smallSpace({ derivation: 'bmnas-v3' }))
  const swap: Swap = { decision: 'cell0/edge', from: 'm.1', to: 'm.2' }
  expect(isAllowed(genotype, swap, swapSpace(smallSpace()))).toBe(false)
  expect(isAllowed(genotype, swap, space)).toBe(false)
  const wider = swapSpace(smallSpace({ derivation: 'bmnas-v3' }, 4))
  expect(isAllowed(genotype, { ...swap, to: 'm.3' }, wider)).toBe(true)
})

it('is said in words that people can read', () => {
  expect(describeSwap({ decision: 'cell0/node0/op', from: 'glu', to: 'sum' })).toBe(
    'cell 0, node 0: glu → sum',
  )
  expect(describeSwap({ decision: 'cell1/edge', from: 'm.2', to: 'cell0' })).toBe(
    'cell 1, input: m.2 → cell0',
  )
})

it('swapping what is not chosen is refused', () => {
  expect(() => applySwap(genotype, { decision: 'cell0/node0/op', from: 'sum', to: 'glu' })).toThrow(
    'does not choose sum',
  )
  expect(() => applySwap(genotype, { decision: 'cell9/edge', from: 'm.0', to: 'm.1' })).toThrow(
    'does not choose m.0',
  )
  expect(() => applySwap(genotype, { decision: 'cell0/node0/op', from: 'glu', to: 'foo' })).toThrow(
    'no operation foo',
  )
})
