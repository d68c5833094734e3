import type { TaskName } from '#contract/dataset.ts'
import type { RunPoint, RunPoints } from '#contract/run/query.ts'

/** The tasks that the runs learn, the most frequent first. */
export function countTasks(points: readonly RunPoint[]): { task: TaskName; count: number }[] {
  return [...Map.groupBy(points, ({ task }) => task)]
    .map(([task, runs]) => ({ task, count: runs.length }))
    .sort((one, other) => other.count - one.count)
}

/** The runs of one task, with the settings in which they differ among themselves. */
export function ofTask({ points, settings }: RunPoints, task: TaskName): RunPoints {
  const kept = points.flatMap((point, i) => (point.task === task ? [i] : []))
  if (kept.length === points.length) return { points, settings }
  const columns = settings.map(({ path, values }) => ({ path, values: kept.map((i) => values[i]) }))
  return {
    points: kept.map((i) => points[i]),
    settings: columns.filter(({ values }) => new Set(values).size > 1),
  }
}
