import type { ScoreRow } from '../run/state.ts'
import type { Table } from '../table.ts'
import type { ComparedRun } from './compared-run.ts'
import { differenceBetween, type RunDifference } from './difference.ts'
import { testScoreNames } from './score-groups.ts'

export interface RunScores {
  run: ComparedRun
  models: ReadonlyMap<string, ScoreRow>
  /** Against the reference; null for the reference itself and where either has no derived score yet. */
  difference: RunDifference | null
}

/** Test scores of every run, with its derived architecture less that of the reference run. */
export function scoresOf(runs: readonly ComparedRun[], referenceId: string): RunScores[] {
  const reference = runs.find(({ id }) => id === referenceId)
  return runs.map((run) => ({
    run,
    models: new Map(run.digest.models.map((row) => [row.model, row])),
    difference: reference && reference !== run ? differenceBetween([run], [reference]) : null,
  }))
}

/** What the scores are, where all runs have the same: ` (accuracy)`; else nothing. */
export function namesOfScores(runs: readonly ComparedRun[]): string {
  const names = testScoreNames(runs)
  return names.length === 1 ? ` (${names[0]})` : ''
}

/** Models of all runs, in the order in which they are first met, the derived architecture first. */
export function modelColumns(scores: readonly RunScores[]): { model: string; label: string }[] {
  const models = [...new Set(scores.flatMap((row) => [...row.models.keys()]))]
  const modalities = new Set(scores.flatMap(({ run }) => run.digest.modalities))
  const columns = models.map((model) => ({ model, label: modalities.has(model) ? `${model} alone` : model }))
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
      'pairs',
      'better',
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
          shown?.pairs?.count ?? null,
          shown?.pairs?.better ?? null,
        ]
      }),
    ),
  }
}
