import type { RunSummary } from '#contract/calls/runs.ts'
import type { Table } from '#contract/table.ts'
import type { RunColumn } from './columns.ts'

/** The runs in these columns, in full precision; an unknown value is an empty field. */
export function tableFromRuns(runs: readonly RunSummary[], columns: readonly RunColumn[]): Table {
  const fields = columns.flatMap((column) => column.fields)
  return {
    columns: fields.map(([heading]) => heading),
    rows: runs.map((run) => fields.map(([, value]) => value(run))),
  }
}
