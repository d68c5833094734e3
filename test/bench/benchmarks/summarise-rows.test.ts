import { describe, expect, it } from 'vitest'
import type { Genotype } from '#contract/genotype.ts'
import { describeAblation } from '../../../bench/benchmarks/ablation/describe-ablation.ts'
import type { RowResult } from '../../../bench/benchmarks/ablation/run-row.ts'
import { contrast, summariseRow } from '../../../bench/benchmarks/ablation/summarise-rows.ts'

const genotype = (operation: 'sum' | 'glu', inputs: [string, string] = ['a', 'b']): Genotype => ({
  space: 'sm-shapnas',
  cells: [{ inputs, nodes: [{ operation, inputs: ['x', 'y'] }] }],
})
const result = (row: string, seed: number, test: number, more: Partial<RowResult> = {}): RowResult => ({
  row,
  seed,
  test,
  validation: test,
  concatenation: 0.5,
  cost: 1e6,
  searchSeconds: 10,
  genotype: genotype('sum'),
  phi: null,
  ...more,
})

describe('the difference of two rows', () => {
  const results = [
    result('A', 1, 0.7),
    result('A', 2, 0.8, { genotype: genotype('glu', ['b', 'a']) }),
    result('A', 3, 0.9),
    result('B', 1, 0.6),
    result('B', 2, 0.6),
    result('C', 7, 0.6),
  ]

  it('is taken within seeds, in standard deviations of the differences as well', () => {
    const found = contrast(['A', 'B'], results)!
    expect(found).toMatchObject({ of: 'A', less: 'B', pairs: 2, better: 2 })
    expect(found.mean).toBeCloseTo(0.15)
    // differences 0.1 and 0.2: sd 0.0707, t(1) = 12.706
    expect(found.effect).toBeCloseTo(0.15 / Math.SQRT1_2 / 0.1)
    expect(found.band!.high).toBeCloseTo(0.15 + 12.706 * 0.05, 3)
  })

  it('tells how often the same was chosen, the order of a pair aside', () => {
    // seed 1: inputs, inner inputs and operation are equal; seed 2: all but the operation
    expect(contrast(['A', 'B'], results)!.choices).toBeCloseTo((1 + 2 / 3) / 2)
  })

  it('is unknown without a common seed', () => {
    expect(contrast(['A', 'C'], results)).toBeNull()
  })
})

describe('a row', () => {
  it('says how far its seeds agree in what they chose and in the order of φ', () => {
    const summary = summariseRow('A', [
      result('A', 1, 0.7, { phi: { p: 0.1, q: 0.2, r: 0.3 } }),
      result('A', 2, 0.9, { phi: { p: 0.3, q: 0.2, r: 0.1 }, genotype: genotype('glu') }),
    ])
    expect(summary.test.mean).toBeCloseTo(0.8)
    expect(summary.choices).toBeCloseTo(2 / 3)
    expect(summary.phi).toBeCloseTo(-1)
  })

  it('says nothing of φ where nothing was valued', () => {
    expect(summariseRow('A', [result('A', 1, 0.7), result('A', 2, 0.7)]).phi).toBeNull()
  })
})

it('is written as two tables', () => {
  const results = [result('A', 1, 0.7), result('B', 1, 0.75)]
  const rows = ['A', 'B'].map((row) =>
    summariseRow(
      row,
      results.filter((each) => each.row === row),
    ),
  )
  const text = describeAblation(rows, [contrast(['A', 'B'], results)!])
  expect(text).toContain('| A | 1 | 0.700 ± 0.000 | 0.700 ± 0.000 | 1.00 | 10 |')
  expect(text).toContain('| A − B | −0.050 |')
})
