import { dirname, resolve } from 'node:path'
import type { TableSpec } from '#contract/dataset.ts'
import type { DatasetReport, RejectedCell } from '#contract/dataset/report.ts'
import { Problem } from '#contract/problem.ts'
import type { Dataset } from './dataset.ts'
import type { LoadOptions } from './format.ts'
import { assembleTable, checkTable, contentsOf, refuseRejected } from './formats/table.ts'
import { readSamples, type TableReading } from './formats/table/read-samples.ts'
import { findRepeats } from './report/find-repeats.ts'
import { labelFactsOf } from './report/label-facts.ts'
import { previewsOf } from './report/previews.ts'
import { statisticsOf } from './report/statistics.ts'
import { summarise } from './summarise.ts'

/** Kinds of rejections that are counted apart. */
const mostReasons = 50

export interface CheckedTable {
  report: DatasetReport
  /** All that cannot be used, by row. */
  rejected: RejectedCell[]
  /** Null where the report names a problem. */
  dataset: Dataset | null
  /** Keeps what was costly to read; called once the table is to be kept. */
  store(): void
}

/**
 * The validation report of a whole table: what can be used, what cannot and why, and what scores on it would be worth.
 * Nothing is stored. Throws a Problem only where there is nothing to report on, as for a file that is no table.
 */
export async function checkWholeTable(spec: TableSpec, options: LoadOptions): Promise<CheckedTable> {
  const reading = await readSamples(spec, options)
  const { rows, records, columns, rejections } = reading
  const { dataset, leaks, problem } = judge(spec, reading)
  options.onProgress?.(1, 'looking for repeats and leaks')
  const contents = contentsOf(columns)
  const repeats = findRepeats(
    records.map(({ row, labels }, index) => ({
      row,
      label: JSON.stringify(labels),
      content: contents[index]!,
    })),
  )
  const rejected = rejections.cells()
  const summary = dataset && summarise(dataset)
  const report: DatasetReport = {
    rows,
    usable: records.length,
    rejected: rejections.rowCount,
    rejectedCells: rejected.length,
    reasons: countReasons(rejected),
    problem: problem?.report() ?? null,
    summary,
    modalities: records.length > 0 ? await modalitiesOf(spec, reading, options) : [],
    labels: dataset && labelFactsOf(dataset),
    ...repeats,
    leaks,
    splits: summary?.splits ?? null,
    previews: dataset ? await previewsOf(dataset) : [],
  }
  return {
    report,
    rejected,
    dataset: problem ? null : dataset,
    store: () => columns.forEach((column) => column.store()),
  }
}

/** The usable rows as a dataset, as far as they make one, and what keeps it from being imported. */
function judge(spec: TableSpec, reading: TableReading) {
  let dataset: Dataset | null = null
  let leaks: string[] = []
  try {
    ;({ dataset, leaks } = assembleTable(spec, reading))
    refuseRejected(spec, reading)
    checkTable(spec, dataset)
    return { dataset, leaks, problem: null }
  } catch (error) {
    if (error instanceof Problem) return { dataset, leaks, problem: error }
    throw error
  }
}

function modalitiesOf(
  spec: TableSpec,
  { columns, records }: TableReading,
  { signal }: LoadOptions,
): Promise<DatasetReport['modalities']> {
  return Promise.all(
    Object.keys(spec.modalities).map((name, at) => {
      const { values, contents } = columns[at]!
      const cells = records.map((record) => record.cells[at]!)
      return statisticsOf(values, {
        name,
        contents,
        cells,
        folder: dirname(resolve(spec.path)),
        ...(signal && { signal }),
      })
    }),
  )
}

/** How often each reason occurs, by column. */
function countReasons(rejected: readonly RejectedCell[]): DatasetReport['reasons'] {
  const groups = Map.groupBy(rejected, ({ column, reason }) => JSON.stringify([column, reason]))
  return [...groups.values()]
    .map(([first, ...others]) => ({ column: first!.column, reason: first!.reason, count: 1 + others.length }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, mostReasons)
}
