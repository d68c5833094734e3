import {
  exporterNames,
  exporterTexts,
  bestRepetition,
  whyNotExportable,
  type ExporterName,
  type ExportOptions,
} from '#contract/export.ts'
import { latest, type RunState } from '#contract/run/state.ts'

export interface ExporterChoice {
  name: ExporterName
  title: string
  purpose: string
  contents: readonly string[]
  /** Why the run cannot be exported like this yet; null when it can. */
  reason: string | null
}

/** Everything that a run can be exported as, with what hinders it. */
export const exporterChoices = (state: RunState): ExporterChoice[] =>
  exporterNames.map((name) => ({ ...exporterTexts[name], name, reason: whyNotExportable(name, state) }))

/** The option that is meant when nothing is said. */
export const byDefault = -1

export interface OptionItem {
  label: string
  /** Counted from 0. */
  value: number
}

/** What can be chosen for each option that one of these exporters reads. */
export function optionItems(
  state: RunState,
  exporters: readonly ExporterName[],
): Partial<Record<keyof ExportOptions, OptionItem[]>> {
  const wanted = new Set(exporters.flatMap((name): readonly string[] => exporterTexts[name].options))
  const items: Partial<Record<keyof ExportOptions, OptionItem[]>> = {}
  if (wanted.has('repetition')) items.repetition = repetitions(state)
  if (wanted.has('epoch')) items.epoch = epochs(state)
  return items
}

function repetitions(state: RunState): OptionItem[] {
  const trained = state.byType.model.filter(({ model }) => model === 'derived')
  if (trained.length === 0) return []
  return [
    { label: `the best on validation (${bestRepetition(state) + 1})`, value: byDefault },
    ...trained.map(({ repetition, validationScore, testScore }) => ({
      label: `${repetition + 1}: validation ${validationScore.toFixed(3)}, test ${testScore.toFixed(3)}`,
      value: repetition,
    })),
  ]
}

function epochs(state: RunState): OptionItem[] {
  const kept = latest(state, 'searched')
  return [
    { label: kept ? `the kept one (${kept.epoch + 1})` : 'the newest', value: byDefault },
    ...state.byType['search-epoch'].map(({ epoch, derivedScore }) => ({
      label: `${epoch + 1}: validation ${derivedScore.toFixed(3)}`,
      value: epoch,
    })),
  ]
}
