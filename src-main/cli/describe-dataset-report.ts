import type { DatasetReport } from '#contract/dataset-report.ts'
import { formatCount } from '#contract/format.ts'

/** Everything that an import has found and a person should look at. */
export function describeReport(report: DatasetReport): string[] {
  const { rows, usable, rejected, reasons, duplicates, contradictions, leaks } = report
  const left = rejected > 0 ? `, ${formatCount(rejected)} left out` : ''
  return [
    `Rows: ${formatCount(rows)}, usable ${formatCount(usable)}${left}`,
    ...reasons.map(({ column, reason, count }) => `  ${formatCount(count)} × ${column ?? 'row'}: ${reason}`),
    ...repeated('equal in all modalities', duplicates),
    ...repeated('equal samples with different labels', contradictions),
    ...leaks.map((leak) => `  in training and in evaluation: ${leak}`),
  ]
}

function repeated(what: string, { count, examples }: DatasetReport['duplicates']): string[] {
  if (count === 0) return []
  const shown = examples.map((group) => group.join(' = ')).join('; ')
  return [`  ${what}: ${formatCount(count)} rows${shown === '' ? '' : ` (${shown})`}`]
}
