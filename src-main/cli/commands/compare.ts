import { mostComparedRuns } from '#contract/calls/compare.ts'
import { comparedRuns, defaultReference } from '#contract/compare/compared-run.ts'
import { reportOn } from '#contract/compare/report.ts'
import { Problem } from '#contract/problem.ts'
import { comparisonFromRun } from '../../runs/comparison-reader.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { describeComparison } from '../describe-comparison.ts'
import { findRun } from '../find-run.ts'
import { answer } from '../output.ts'
import { readRun } from '../read-run.ts'

export const compare: CommandDefinition = {
  name: 'compare',
  group: 'Look',
  summary: 'runs side by side: which is better and how sure that is, what differs in settings and choices',
  about: [
    'Differences are paired over seeds or repetitions where both sides had equal data and seeds; otherwise they are those of independent means (Welch), which have wider bands. A band that contains 0 says: neither is shown to be better.',
    'Runs on different data are told; their scores do not compare.',
  ],
  examples: [
    { line: 'compare 20260314 20260315', does: 'two runs; the first with a score is the reference' },
    { line: 'compare 20260314 20260315 --reference 20260315', does: 'measured against the other one' },
  ],
  answers: 'ComparisonReport',
  define: (command) =>
    command
      .argument('<run...>', 'two to twenty ids, or beginnings of them')
      .option('--reference <run>', 'the run that the others are measured against')
      .action(compareRuns),
}

function compareRuns(prefixes: string[], options: CommonOptions & { reference?: string }): void {
  const found = prefixes.map((prefix) => findRun(prefix, options.dataDir))
  const ids = [...new Set(found.map(({ id }) => id))]
  if (ids.length < 2 || ids.length > mostComparedRuns)
    throw new Problem('bad-arguments', prefixes.join(' '), `name two to ${mostComparedRuns} different runs`)
  const loaded = found.map(({ id, directory }) => [id, comparisonFromRun(readRun(directory))] as const)
  const runs = comparedRuns(ids, new Map(loaded))
  const reference = referenceOf(ids, options) ?? defaultReference(runs)!.id
  const report = reportOn(runs, reference)
  answer(report, options, () => describeComparison(report, runs))
}

function referenceOf(
  ids: readonly string[],
  { reference, dataDir }: CommonOptions & { reference?: string },
): string | null {
  if (reference === undefined) return null
  const { id } = findRun(reference, dataDir)
  if (ids.includes(id)) return id
  throw new Problem('bad-arguments', `--reference ${reference}`, 'it is none of the compared runs')
}
