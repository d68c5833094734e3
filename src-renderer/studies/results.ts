import type { RunSummary } from '#contract/calls/runs.ts'
import { isMarked, scoreName, withMark } from '#contract/run/score-name.ts'
import { meanAndDeviation, pairedDifference, type Difference } from '#contract/statistics.ts'
import { pointsOf, type Study, type StudyPoint } from '#contract/config/study.ts'
import type { Table } from '#contract/table.ts'

export interface PointRow {
  point: StudyPoint
  /** Every seed of the study with its run; null where the run was removed. */
  cells: { seed: number; run: RunSummary | null }[]
  /** Of the derived architectures' mean test scores over the seeds that are done; null before the first. */
  score: { mean: number; deviation: number; repetitions: number } | null
  /** Against the baseline, paired over the seeds that both have; null for the baseline itself. */
  difference: Difference | null
}

/** What the scores of the runs that are done are: `accuracy`. Those of different kinds do not compare. */
export function scoreKinds(rows: readonly PointRow[]): string[] {
  const scored = rows.flatMap(({ cells }) => cells.flatMap(({ run }) => (run?.score ? [run] : [])))
  return [...new Set(scored.map(({ task, dataset }) => withMark(scoreName(task), isMarked(dataset))))]
}

/** A run of the same point and seed that came later (after one was removed and added again) counts. */
function runsByPlace(study: Study, runs: ReadonlyMap<string, RunSummary>): Map<string, RunSummary> {
  const places = new Map<string, RunSummary>()
  for (const { id, point, seed } of study.runs) {
    const run = runs.get(id)
    if (run && !run.trashed) places.set(`${point}/${seed}`, run)
  }
  return places
}

/** The points of a study with their runs, their scores and their differences to one of them. */
export function pointRows(study: Study, runs: ReadonlyMap<string, RunSummary>, baseline: number): PointRow[] {
  const places = runsByPlace(study, runs)
  const rows = pointsOf(study.axes).map((point) => {
    const cells = study.seeds.map((seed) => ({ seed, run: places.get(`${point.index}/${seed}`) ?? null }))
    const scores = cells.flatMap(({ run }) => run?.score?.mean ?? [])
    const score = scores.length > 0 ? { ...meanAndDeviation(scores), repetitions: scores.length } : null
    return { point, cells, score, difference: null }
  })
  const base = rows.find(({ point }) => point.index === baseline)
  return rows.map((row) => ({
    ...row,
    difference: base && row !== base ? pairedScores(row.cells, base.cells) : null,
  }))
}

/** Difference of two lists of runs in the same order, over the places where both have a score. */
export function pairedScores(
  one: readonly { run: RunSummary | null }[],
  other: readonly { run: RunSummary | null }[],
): Difference | null {
  const pairs = one.flatMap(({ run }, i) => {
    const [a, b] = [run?.score?.mean, other[i].run?.score?.mean]
    return a === undefined || b === undefined ? [] : [[a, b] as const]
  })
  return pairedDifference(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  )
}

export interface AxisEffect {
  title: string
  values: {
    label: string
    /** Scores of all its runs that are done. */
    scores: number[]
    mean: number | null
    /** Against the axis's first value, paired over everything else and the seed; null for the first itself. */
    difference: Difference | null
  }[]
}

/** What each axis does to the score, all else equal; axes of one value have no effect to tell. */
export function axisEffects(study: Study, rows: readonly PointRow[]): AxisEffect[] {
  return study.axes.flatMap(({ title, values }, axis) => {
    if (values.length < 2) return []
    const cellsOf = (value: number) =>
      rows.filter(({ point }) => point.position[axis] === value).flatMap(({ cells }) => cells)
    return [
      {
        title,
        values: values.map(({ label }, value) => {
          const cells = cellsOf(value)
          const scores = cells.flatMap(({ run }) => run?.score?.mean ?? [])
          return {
            label,
            scores,
            mean: scores.length > 0 ? meanAndDeviation(scores).mean : null,
            difference: value === 0 ? null : pairedScores(cells, cellsOf(0)),
          }
        }),
      },
    ]
  })
}

/** Runs to stand side by side: all where they are few enough, else those of the first seed. */
export function comparableRuns(rows: readonly PointRow[], most: number): string[] {
  const ids = (cells: PointRow['cells']) => cells.flatMap(({ run }) => run?.id ?? [])
  const all = rows.flatMap(({ cells }) => ids(cells))
  return all.length <= most ? all : rows.flatMap(({ cells }) => ids(cells).slice(0, 1)).slice(0, most)
}

/** One row a point and seed. */
export function studyTable({ axes }: Study, rows: readonly PointRow[]): Table {
  return {
    columns: [
      ...axes.map(({ title }) => title),
      'seed',
      'run',
      'state',
      'score',
      'difference',
      'low',
      'high',
    ],
    rows: rows.flatMap(({ point, cells, difference }) =>
      cells.map(({ seed, run }) => [
        ...point.labels,
        seed,
        run?.id ?? null,
        run?.state ?? null,
        run?.score?.mean ?? null,
        difference?.mean ?? null,
        difference?.band?.low ?? null,
        difference?.band?.high ?? null,
      ]),
    ),
  }
}
