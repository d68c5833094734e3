import type { Table } from '../charts/chart.ts'
import { modelRows, type ModelRow } from '../run/scores.ts'
import { pairedDifference, welchDifference } from '../statistics.ts'
import type { ComparedRun } from './compared-run.ts'

/** How far the derived architectures of two runs are apart. */
interface RunDifference {
  mean: number
  /** 95 % band; null where there are too few repetitions. */
  band: { low: number; high: number } | null
  method: 'paired' | 'Welch'
  /** Why this method, and over how many repetitions. */
  because: string
}

export interface RunScores {
  run: ComparedRun
  models: ReadonlyMap<string, ModelRow>
  /** Against the reference; null for the reference itself and where either has no derived score yet. */
  difference: RunDifference | null
}

/** Test scores of every run, with its derived architecture less that of the reference run. */
export function scoresOf(runs: readonly ComparedRun[], referenceId: string): RunScores[] {
  const rows = runs.map((run) => ({
    run,
    models: new Map(modelRows(run.state).map((row) => [row.model, row])),
  }))
  const reference = rows.find(({ run }) => run.id === referenceId)
  return rows.map(({ run, models }) => {
    const own = models.get('derived')
    const other = reference?.models.get('derived')
    const difference =
      own && other && reference && reference.run !== run
        ? differenceBetween({ run, scores: own.scores }, { run: reference.run, scores: other.scores })
        : null
    return { run, models, difference }
  })
}

interface Scored {
  run: ComparedRun
  scores: readonly number[]
}

/**
 * Paired over repetitions only where repetition i of both runs shares its chance: equal seeds and equal data. Otherwise
 * Welch's difference of independent means, which is wider.
 */
function differenceBetween(a: Scored, b: Scored): RunDifference {
  const [sameData, sameSeed] = [
    a.run.datasetHash === b.run.datasetHash,
    a.run.config.seed === b.run.config.seed,
  ]
  if (sameData && sameSeed) {
    const { mean, band, pairs } = pairedDifference(a.scores, b.scores)!
    return { mean, band, method: 'paired', because: `equal data and seed, ${pairs} pairs of repetitions` }
  }
  const { mean, band } = welchDifference(a.scores, b.scores)
  const why = !sameData ? 'the data differ' : 'the seeds differ'
  return {
    mean,
    band,
    method: 'Welch',
    because: `${why}, ${a.scores.length} and ${b.scores.length} repetitions`,
  }
}

/** Models of all runs, in the order in which they are first met, the derived architecture first. */
export function modelColumns(scores: readonly RunScores[]): { model: string; label: string }[] {
  const labels = new Map(
    scores.flatMap(({ models }) => [...models.values()].map(({ model, label }) => [model, label])),
  )
  const columns = [...labels].map(([model, label]) => ({ model, label }))
  return [
    ...columns.filter(({ model }) => model === 'derived'),
    ...columns.filter(({ model }) => model !== 'derived'),
  ]
}

/** One row a run and model, with the derived architecture's difference to the reference. */
export function scoresTable(scores: readonly RunScores[]): Table {
  return {
    columns: [
      'run',
      'name',
      'model',
      'mean',
      'deviation',
      'repetitions',
      'difference',
      'low',
      'high',
      'method',
    ],
    rows: scores.flatMap(({ run, models, difference }) =>
      [...models.values()].map((row) => {
        const shown = row.model === 'derived' ? difference : null
        return [
          run.id,
          run.label,
          row.model,
          row.mean,
          row.scores.length > 1 ? row.deviation : null,
          row.scores.length,
          shown?.mean ?? null,
          shown?.band?.low ?? null,
          shown?.band?.high ?? null,
          shown?.method ?? null,
        ]
      }),
    ),
  }
}
