import type { RunSummary } from '#contract/calls/runs.ts'
import type { StudySummary } from '#contract/calls/studies.ts'
import { pointsOf, type Study } from '#contract/config/study.ts'

/** The row of a study in a list, from those of its runs that are there. */
export function summariseStudy(
  { id, name, createdAt, axes, seeds }: Study,
  runs: readonly RunSummary[],
): StudySummary {
  const states: StudySummary['states'] = {}
  for (const { state } of runs) states[state] = (states[state] ?? 0) + 1
  return { id, name, createdAt, points: pointsOf(axes).length, seeds: seeds.length, states }
}
