import type { ComparedRun } from '#contract/compare/compared-run.ts'
import { runsByDataset } from '#contract/compare/compared-run.ts'
import { describePairs } from '#contract/compare/difference.ts'
import { placeName, signOf } from '#contract/compare/genotypes.ts'
import type { ComparisonReport } from '#contract/compare/report.ts'
import { modelColumns, namesOfScores, scoresOf } from '#contract/compare/scores.ts'
import { formatDifference, formatScore, unknown } from '#contract/format.ts'
import { alignTable } from './report.ts'

/** A comparison in plain text: what the window's page Compare says, in its order. */
export function describeComparison(report: ComparisonReport, runs: readonly ComparedRun[]): string[] {
  return [
    ...alignTable(
      report.runs.map(({ letter, id, label, summary }) => [`${letter}  ${id}`, label, summary.state]),
    ),
    '',
    report.verdict.sentence,
    report.verdict.details,
    ...warnOfData(runs),
    '',
    ...describeScores(report, runs),
    '',
    ...describeSettings(report),
    '',
    ...describeChoices(report),
  ].filter((line, i, lines) => line !== '' || lines[i - 1] !== '')
}

function warnOfData(runs: readonly ComparedRun[]): string[] {
  const groups = runsByDataset(runs)
  if (groups.length < 2) return []
  const said = groups.map(({ letters, name, hash }) => `${letters.join(', ')}: ${name} ${hash.slice(0, 12)}`)
  return [`warning: the data differ, so the scores do not compare (${said.join('; ')})`]
}

function describeScores(report: ComparisonReport, runs: readonly ComparedRun[]): string[] {
  const columns = modelColumns(scoresOf(runs, report.reference))
  if (columns.length === 0) return ['No run has a test score yet.']
  const reference = report.runs.find(({ id }) => id === report.reference)!
  const header = ['run', ...columns.map(({ label }) => label), `derived − ${reference.letter}`, 'how']
  const rows = report.runs.map(({ letter, models, difference }) => [
    letter,
    ...columns.map(({ model }) => {
      const row = models.find((other) => other.model === model)
      return row ? formatScore(row.mean, row.deviation, row.scores.length) : unknown
    }),
    difference ? formatDifference(difference.mean, difference.band) : '',
    difference ? [difference.method, describePairs(difference)].filter((part) => part !== '').join(', ') : '',
  ])
  return [
    `Test scores${namesOfScores(runs)}, mean ± sd over repetitions; the difference with its 95 % band:`,
    ...indent(alignTable([header, ...rows])),
  ]
}

function describeSettings({ settings, runs }: ComparisonReport): string[] {
  if (settings.length === 0) return ['All settings are equal.']
  const header = ['setting', ...runs.map(({ letter }) => letter)]
  const rows = settings.map(({ path, values }) => [path, ...values.map((value) => value ?? unknown)])
  return ['Settings that differ:', ...indent(alignTable([header, ...rows]))]
}

function describeChoices({ choices, runs, reference }: ComparisonReport): string[] {
  const differing = choices.filter(({ differs }) => differs)
  if (choices.length === 0) return ['No architecture is known yet.']
  if (differing.length === 0) return ['The architectures are equal.']
  const { letter } = runs.find(({ id }) => id === reference)!
  const header = ['place', ...runs.map((run) => run.letter)]
  const rows = differing.map((row) => [
    placeName(row),
    ...row.chosen.map((chosen) => {
      if (chosen === null) return unknown
      return chosen.parts.map((part) => `${signOf(part)}${part.label}`).join(' ')
    }),
  ])
  return [
    `Where the architectures differ (+ not in ${letter}, − only in ${letter}):`,
    ...indent(alignTable([header, ...rows])),
  ]
}

const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`)
