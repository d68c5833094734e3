import { meanAndDeviation, pairedDifference, type Band } from '#contract/statistics.ts'
import { agreementOf, phiAgreement, sameChoices } from './agreement.ts'
import type { RowResult } from './run-row.ts'

export interface RowSummary {
  row: string
  runs: number
  test: { mean: number; deviation: number }
  validation: { mean: number; deviation: number }
  /** Mean forward passes of one sample in the search. */
  cost: number
  searchSeconds: number
  /** Between seeds: share of equal choices, and Spearman's ρ of φ; null where nothing pairs or nothing was valued. */
  choices: number | null
  phi: number | null
}

/** One row less another, over the seeds that both have. */
export interface Contrast {
  of: string
  less: string
  mean: number
  /** 95 %, Student's t over the pairs. */
  band: Band | null
  /** Cohen's d_z: the mean difference in standard deviations of the differences; null where they do not vary. */
  effect: number | null
  pairs: number
  better: number
  /** Share of equal choices of the two rows on the same seed. */
  choices: number
}

export function summariseRow(row: string, results: readonly RowResult[]): RowSummary {
  const of = (value: (result: RowResult) => number) => meanAndDeviation(results.map(value))
  const valued = results.flatMap(({ phi }) => (phi ? [phi] : []))
  return {
    row,
    runs: results.length,
    test: of(({ test }) => test),
    validation: of(({ validation }) => validation),
    cost: of(({ cost }) => cost).mean,
    searchSeconds: of(({ searchSeconds }) => searchSeconds).mean,
    choices: agreementOf(
      results.map(({ genotype }) => genotype),
      sameChoices,
    ),
    phi: agreementOf(valued, phiAgreement),
  }
}

/** Null while the rows have no seed in common. */
export function contrast(
  [of, less]: readonly [string, string],
  results: readonly RowResult[],
): Contrast | null {
  const pairs = results
    .filter(({ row }) => row === of)
    .flatMap((one) => {
      const other = results.find(({ row, seed }) => row === less && seed === one.seed)
      return other ? [[one, other] as const] : []
    })
  const difference = pairedDifference(
    pairs.map(([one]) => one.test),
    pairs.map(([, other]) => other.test),
  )
  if (!difference) return null
  const { deviation } = meanAndDeviation(pairs.map(([one, other]) => one.test - other.test))
  const equal = pairs.map(([one, other]) => sameChoices(one.genotype, other.genotype))
  return {
    of,
    less,
    ...difference,
    effect: deviation > 0 ? difference.mean / deviation : null,
    better: pairs.filter(([one, other]) => one.test > other.test).length,
    choices: equal.reduce((sum, share) => sum + share, 0) / equal.length,
  }
}
