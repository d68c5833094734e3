import { scoreName, withMark } from '../run/score-name.ts'
import type { ComparedRun } from './compared-run.ts'

/** Runs whose scores are of one kind: these compare, and are never held against those of another group. */
export interface ScoreGroup {
  /** `accuracy`, `weighted F1`; null for runs that have not said it yet, beside runs of several kinds. */
  score: string | null
  runs: ComparedRun[]
}

/** By what the search is steered by, on the validation split. */
export const byValidationScore = (runs: readonly ComparedRun[]): ScoreGroup[] =>
  groupBy(runs, validationScoreOf)

/** By what is measured on the test split; scores of an epoch that was chosen there stand alone. */
export const byTestScore = (runs: readonly ComparedRun[]): ScoreGroup[] => groupBy(runs, testScoreOf)

/** What the test scores of runs are: `accuracy`, `accuracy, epoch chosen on test`; several names where they do not compare. */
export const testScoreNames = (runs: readonly ComparedRun[]): string[] => [
  ...new Set(runs.map(testScoreOf).filter((score) => score !== null)),
]

function testScoreOf(run: ComparedRun): string | null {
  const score = validationScoreOf(run)
  return score && withMark(score, run.config.training.peerProtocol)
}

/** Datasets of older runs do not name their task: it is single-label. */
const validationScoreOf = ({ digest: { dataset } }: ComparedRun): string | null =>
  dataset && scoreName(dataset.task ?? 'single-label')

/** In the order of their first runs; a run that has not read its data stands with the others where these are of one kind. */
function groupBy(runs: readonly ComparedRun[], scoreOf: (run: ComparedRun) => string | null): ScoreGroup[] {
  const named = new Set(runs.map(scoreOf).filter((score) => score !== null))
  if (named.size <= 1) return runs.length > 0 ? [{ score: [...named][0] ?? null, runs: [...runs] }] : []
  const groups = [...named].map((score) => ({ score, runs: runs.filter((run) => scoreOf(run) === score) }))
  const unknown = runs.filter((run) => scoreOf(run) === null)
  return unknown.length > 0 ? [...groups, { score: null, runs: unknown }] : groups
}

/** A group's heading: `Accuracy: runs A, C`. */
export function describeGroup({ score, runs }: ScoreGroup): string {
  const letters = runs.map(({ letter }) => letter)
  const name = score ?? 'no data read'
  return `${name[0].toUpperCase()}${name.slice(1)}: ${runs.length === 1 ? 'run' : 'runs'} ${letters.join(', ')}`
}
