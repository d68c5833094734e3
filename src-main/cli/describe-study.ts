import type { StudyDetails, StudySummary } from '#contract/calls/studies.ts'
import { formatScore, unknown } from '#contract/format.ts'
import { meanAndDeviation } from '#contract/statistics.ts'
import { pointName, pointsOf } from '#contract/config/study.ts'
import { alignTable } from './report.ts'

/** Every point of a study: how many of its runs are done, and their mean test score. */
export function describeStudy({ study, runs }: StudyDetails): string[] {
  const rows = pointsOf(study.axes).map((point) => {
    const ids = new Set(study.runs.filter((run) => run.point === point.index).map(({ id }) => id))
    const own = runs.filter(({ id }) => ids.has(id))
    const means = own.flatMap(({ score }) => (score ? [score.mean] : []))
    const { mean, deviation } = meanAndDeviation(means)
    const done = own.filter(({ state }) => state === 'done').length
    return [
      pointName(point),
      `${done} of ${ids.size}`,
      means.length > 0 ? formatScore(mean, deviation, means.length) : unknown,
    ]
  })
  const title = study.name === '' ? study.id : `${study.id}: ${study.name}`
  return [
    `Study ${title}`,
    'Test score of the derived architecture, mean ± sd over seeds:',
    ...alignTable([['point', 'done', 'test score'], ...rows]).map((line) => `  ${line}`),
  ]
}

export function describeStudies(studies: readonly StudySummary[]): string[] {
  if (studies.length === 0) return ['No studies yet.']
  const rows = studies.map(({ id, name, points, seeds, states }) => {
    const all = Object.values(states).reduce((sum, count) => sum + count, 0)
    return [id, name || unknown, String(points), String(seeds), `${states.done ?? 0} of ${all}`]
  })
  return alignTable([['study', 'name', 'points', 'seeds', 'done'], ...rows])
}
