import type { RunPoint, RunPoints } from '#contract/run/query.ts'
import { isMarked, scoreName, withMark } from '#contract/run/score-name.ts'

/** What the scores of some runs are. Scores of different kinds are never ranked together. */
export interface ScoreKind {
  /** Stands in the address: the task, with a mark where the test split has chosen the epoch. */
  key: string
  /** `accuracy`; `weighted F1, epoch chosen on test` */
  name: string
  count: number
}

const keyOf = ({ task, dataset }: RunPoint): string => (isMarked(dataset) ? `${task},chosen-on-test` : task)

export const scoreNameOf = ({ task, dataset }: RunPoint): string =>
  withMark(scoreName(task), isMarked(dataset))

/** The kinds of the runs' scores, the most frequent first. */
export function countKinds(points: readonly RunPoint[]): ScoreKind[] {
  return [...Map.groupBy(points, keyOf)]
    .map(([key, runs]) => ({ key, name: scoreNameOf(runs[0]), count: runs.length }))
    .sort((one, other) => other.count - one.count)
}

/** The runs whose scores are of one kind, with the settings in which they differ among themselves. */
export function ofKind({ points, settings }: RunPoints, key: string): RunPoints {
  const kept = points.flatMap((point, i) => (keyOf(point) === key ? [i] : []))
  if (kept.length === points.length) return { points, settings }
  const columns = settings.map(({ path, values }) => ({ path, values: kept.map((i) => values[i]) }))
  return {
    points: kept.map((i) => points[i]),
    settings: columns.filter(({ values }) => new Set(values).size > 1),
  }
}
