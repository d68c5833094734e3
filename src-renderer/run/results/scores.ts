import { latest, scoreTable, type RunState, type ScoreRow } from '#contract/run/state.ts'
import { pairedDifference, type Difference } from '#contract/statistics.ts'
import { modalitiesOf } from '../../charts/kinds/backbones.ts'

export interface ModelRow extends ScoreRow {
  label: string
  latencyMs: number | null
}

/** Test scores of all models, each named for people. */
export function modelRows(state: RunState): ModelRow[] {
  return scoreTable(state).map((row) => ({
    ...row,
    label: modelLabel(state, row.model),
    latencyMs: state.byType.measured.findLast(({ model }) => model === row.model)?.latencyMs ?? null,
  }))
}

function modelLabel(state: RunState, model: string): string {
  return modalitiesOf(state).includes(model) ? `${model} alone` : model
}

/** Test scores of the backbones as trained, once each: all there is before the baselines are repeated. */
export function backboneRows(state: RunState): { label: string; score: number; parameters: number }[] {
  return state.byType.backbone.map(({ modality, testScore, parameters }) => ({
    label: `${modality} backbone`,
    score: testScore,
    parameters,
  }))
}

export interface Comparison {
  against: string
  difference: Difference
}

/** The derived architecture against the best single modality and against every other baseline, paired over seeds. */
export function comparisons(rows: readonly ModelRow[], state: RunState): Comparison[] {
  const derived = rows.find(({ model }) => model === 'derived')
  if (!derived) return []
  const modalities = new Set(modalitiesOf(state))
  const singles = rows.filter(({ model }) => modalities.has(model)).toSorted((a, b) => b.mean - a.mean)
  const others = rows.filter(({ model }) => model !== 'derived' && !modalities.has(model))
  return [...singles.slice(0, 1), ...others].flatMap(({ label, scores }) => {
    const difference = pairedDifference(derived.scores, scores)
    return difference ? [{ against: label, difference }] : []
  })
}

/** What the best answer that is always the same would reach. */
export const majorityScore = (state: RunState): number | null =>
  latest(state, 'dataset')?.summary.majorityScore ?? null
