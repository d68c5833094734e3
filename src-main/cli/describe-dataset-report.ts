import type { DatasetReport, LabelFacts } from '#contract/dataset/report.ts'
import { formatCount } from '#contract/format.ts'

/** Everything that an import has found and a person should look at. */
export function describeReport(report: DatasetReport): string[] {
  const { rows, usable, rejected, reasons, labels, duplicates, contradictions, leaks } = report
  const left = rejected > 0 ? `, ${formatCount(rejected)} left out` : ''
  return [
    `Rows: ${formatCount(rows)}, usable ${formatCount(usable)}${left}`,
    ...reasons.map(({ column, reason, count }) => `  ${formatCount(count)} × ${column ?? 'row'}: ${reason}`),
    ...(labels ? describeLabels(labels) : []),
    ...repeated('equal in all modalities', duplicates),
    ...repeated('equal samples with different labels', contradictions),
    ...leaks.map((leak) => `  in training and in evaluation: ${leak}`),
  ]
}

function describeLabels({ mean, most, none, together }: LabelFacts): string[] {
  return [
    `  ${mean.toFixed(1)} labels a sample, at most ${formatCount(most)}`,
    ...(none > 0 ? [`  without a label: ${formatCount(none)} samples`] : []),
    ...together.map(
      ({ labels, count }) => `  always together, on ${formatCount(count)} samples: ${labels.join(', ')}`,
    ),
  ]
}

function repeated(what: string, { count, examples }: DatasetReport['duplicates']): string[] {
  if (count === 0) return []
  const shown = examples.map((group) => group.join(' = ')).join('; ')
  return [`  ${what}: ${formatCount(count)} rows${shown === '' ? '' : ` (${shown})`}`]
}
