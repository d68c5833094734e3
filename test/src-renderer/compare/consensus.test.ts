import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Genotype } from '#contract/genotype.ts'
import { agreementTable, phiAgreements } from '../../../src-renderer/compare/agreement.ts'
import { layoutConsensus } from '../../../src-renderer/compare/consensus-layout.ts'
import { consensusOf, consensusTable, overallAgreement } from '../../../src-renderer/compare/consensus.ts'
import { compare } from '../../src-contract/compare/made-up-runs.ts'

const operation = fc.constantFrom('sum', 'glu', 'sparse_glu' as const)
const pair = (...labels: string[]) => fc.tuple(fc.constantFrom(...labels), fc.constantFrom(...labels))
const genotype: fc.Arbitrary<Genotype> = fc.record({
  space: fc.constant('sm-shapnas' as const),
  cells: fc.tuple(
    fc.record({
      inputs: pair('image.0', 'image.1', 'text.0'),
      nodes: fc.tuple(fc.record({ operation, inputs: pair('x', 'y') })),
    }),
    fc.record({
      inputs: pair('image.0', 'text.0', 'cell0'),
      nodes: fc.tuple(
        fc.record({ operation, inputs: pair('x', 'y') }),
        fc.record({ operation, inputs: pair('x', 'y', 'node0') }),
      ),
    }),
  ),
}) as fc.Arbitrary<Genotype>
const genotypes = fc.array(genotype, { minLength: 1, maxLength: 6 })

describe('the consensus', () => {
  it('counts every choice of every run once', () => {
    fc.assert(
      fc.property(genotypes, (runs) => {
        for (const { kind, cell, node, choices } of consensusOf(runs)) {
          for (const { label, count, share } of choices) {
            const own = runs.filter(({ cells }) => {
              const place = kind === 'edge' ? cells[cell] : cells[cell].nodes[node!]
              const made = kind === 'operation' ? [cells[cell].nodes[node!].operation] : place.inputs
              return (made as string[]).includes(label)
            })
            expect(count).toBe(own.length)
            expect(share).toBeCloseTo(count / runs.length)
          }
        }
      }),
    )
  })

  it('does not depend on the order of the runs, and runs that are equal agree fully', () => {
    fc.assert(
      fc.property(genotypes, (runs) => {
        const byName = (table: ReturnType<typeof consensusOf>) =>
          table.map(({ decision, choices, agreement }) => [decision, choices, agreement?.toFixed(9)])
        expect(byName(consensusOf(runs.toReversed()))).toEqual(byName(consensusOf(runs)))
        const agreement = overallAgreement(consensusOf(runs))
        expect(agreement === null).toBe(runs.length === 1)
        expect(agreement ?? 0).toBeLessThanOrEqual(1)
        expect(overallAgreement(consensusOf([runs[0], runs[0], runs[0]]))).toBe(1)
      }),
    )
  })

  it('agrees in half where two runs share one of two inputs, and not at all where operations differ', () => {
    const one = (inputs: [string, string], name: 'sum' | 'glu'): Genotype => ({
      space: 'sm-shapnas',
      cells: [{ inputs, nodes: [{ operation: name, inputs: ['x', 'y'] }] }],
    })
    const decisions = consensusOf([one(['image.0', 'text.0'], 'sum'), one(['text.0', 'text.1'], 'glu')])
    expect(decisions.map(({ agreement }) => agreement)).toEqual([0.5, 1, 0])
    expect(overallAgreement(decisions)).toBe(0.5)
    expect(consensusTable(decisions).rows[0]).toEqual(['cell 0: inputs', 'text.0', 2, 2, 1, 0.5])
  })

  it('is drawn with every cell beside and below the one before, and one line for each input', () => {
    fc.assert(
      fc.property(genotypes, (runs) => {
        const decisions = consensusOf(runs)
        const { cells, links, width, height } = layoutConsensus(decisions)
        const inputs = decisions.filter(({ kind }) => kind === 'edge').flatMap(({ choices }) => choices)
        expect(links).toHaveLength(inputs.length)
        const [first, second] = cells
        expect(second.y).toBeGreaterThan(first.y + first.height)
        expect(second.x).toBeGreaterThan(first.x + first.width)
        expect(width).toBeGreaterThan(second.x + second.width)
        expect(height).toBeGreaterThan(second.y + second.height)
        for (const cell of cells) {
          for (const row of cell.rows) expect(row.y).toBeLessThan(cell.height)
        }
      }),
    )
  })
})

describe('the agreement on contributions', () => {
  const valued = (contributions: Record<string, number> | null) => ({ digest: { contributions } })
  const one = { 'cell0/edge/a': 1, 'cell0/edge/b': 2, 'cell0/edge/c': 3, 'cell0/node0/op/sum': 5 }

  it('is the rank correlation of φ by group, over the players that both have', () => {
    const runs = compare(
      valued(one),
      valued({ 'cell0/edge/a': 10, 'cell0/edge/b': 20, 'cell0/edge/c': 99, 'cell0/edge/d': -1 }),
      valued({ 'cell0/edge/a': 0.3, 'cell0/edge/b': 0.2, 'cell0/edge/c': 0.1 }),
    )
    const [inputs, operations] = phiAgreements(runs)
    expect(inputs.matrix[0].map((rho) => rho?.toFixed(6))).toEqual(['1.000000', '1.000000', '-1.000000'])
    expect(inputs.mean).toBeCloseTo(-1 / 3)
    expect(inputs.players).toBe(3)
    expect(operations.mean).toBeNull()
    expect(agreementTable([inputs], runs).rows).toHaveLength(3)
  })
})
