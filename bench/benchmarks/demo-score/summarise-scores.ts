import { latest, scoreTable, type RunState } from '#contract/run/state.ts'
import { meanAndDeviation } from '#contract/statistics.ts'
import { studentT } from '#contract/statistics/student-t.ts'

/** Test scores of one run, each the mean of its repetitions, 0–1. */
export interface RunScores {
  derived: number
  concatenation: number
  /** Of every modality, the better of its backbone's own score and that of the model on its features alone. */
  modalities: Record<string, number>
}

/** The scores of a run that is done. */
export function scoresOf(state: RunState): RunScores {
  const means = new Map(scoreTable(state).map(({ model, mean }) => [model, mean]))
  const backbones = state.byType.backbone.map(({ modality, testScore }) => {
    const alone = means.get(modality)
    if (alone === undefined) throw new Error(`the run has no model of ${modality} alone`)
    return [modality, Math.max(testScore, alone)] as const
  })
  const [derived, concatenation] = ['derived', 'concatenation'].map((model) => means.get(model))
  if (derived === undefined || concatenation === undefined || !latest(state, 'done'))
    throw new Error('the run is not done')
  return { derived, concatenation, modalities: Object.fromEntries(backbones) }
}

/** A mean with its 95 % interval; the interval is unbounded for a single number. */
export interface Estimate {
  mean: number
  low: number
  high: number
}

export interface DemoScore {
  /** Test score of the derived architecture over the runs. */
  derived: Estimate
  /** What it gains over the better single modality of the same run, and over concatenation in the same run. */
  overModality: Estimate
  overConcatenation: Estimate
}

/** Runs are paired by their split: every gain is taken within a run, and the runs are the sample. */
export function summariseScores(runs: readonly RunScores[]): DemoScore {
  return {
    derived: estimate(runs.map(({ derived }) => derived)),
    overModality: estimate(
      runs.map(({ derived, modalities }) => derived - Math.max(...Object.values(modalities))),
    ),
    overConcatenation: estimate(runs.map(({ derived, concatenation }) => derived - concatenation)),
  }
}

/** The mean and Student's 95 % interval of independent numbers. */
function estimate(values: readonly number[]): Estimate {
  const { mean, deviation } = meanAndDeviation(values)
  if (values.length < 2) return { mean, low: -Infinity, high: Infinity }
  const half = (studentT(0.05, values.length - 1) * deviation) / Math.sqrt(values.length)
  return { mean, low: mean - half, high: mean + half }
}
