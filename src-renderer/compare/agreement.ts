import type { ComparedRun } from '#contract/compare/compared-run.ts'
import { rankCorrelation } from '#contract/statistics.ts'
import type { Table } from '#contract/table.ts'

/** How far the runs rank the same players alike, by φ, in one group of players. */
export interface PhiAgreement {
  group: 'inputs' | 'operations'
  /** Spearman's ρ by run and run over the players that both have; null where it is not known. */
  matrix: (number | null)[][]
  /** Mean over the pairs of runs; null where there is none. */
  mean: number | null
  /** Players of the smallest pair that was compared. */
  players: number
}

const groups = [
  { group: 'inputs', holds: (id: string) => !id.includes('/op/') },
  { group: 'operations', holds: (id: string) => id.includes('/op/') },
] as const

/** Agreement of the runs that valued their players; φ of each in the epoch of the architecture that it keeps. */
export function phiAgreements(runs: readonly ComparedRun[]): PhiAgreement[] {
  return groups.map(({ group, holds }) => {
    const values = runs.map(
      ({ digest }) => new Map(Object.entries(digest.contributions ?? {}).filter(([id]) => holds(id))),
    )
    const cells = values.map((one, i) =>
      values.map((other, j) => {
        const shared = [...one.keys()].filter((id) => other.has(id))
        const pick = (from: ReadonlyMap<string, number>) => shared.map((id) => from.get(id)!)
        const rho = i === j && shared.length > 0 ? 1 : rankCorrelation(pick(one), pick(other))
        return { rho, shared: shared.length }
      }),
    )
    const pairs = cells.flatMap((row, i) => row.slice(i + 1)).filter(({ rho }) => rho !== null)
    return {
      group,
      matrix: cells.map((row) => row.map(({ rho }) => rho)),
      mean: pairs.length > 0 ? pairs.reduce((sum, { rho }) => sum + rho!, 0) / pairs.length : null,
      players: Math.min(...pairs.map(({ shared }) => shared)),
    }
  })
}

export function agreementTable(agreements: readonly PhiAgreement[], runs: readonly ComparedRun[]): Table {
  return {
    columns: ['group', 'run', 'other run', 'rank correlation of φ'],
    rows: agreements.flatMap(({ group, matrix }) =>
      matrix.flatMap((row, i) =>
        row.slice(i + 1).map((rho, j) => [group, runs[i].label, runs[i + 1 + j].label, rho]),
      ),
    ),
  }
}
