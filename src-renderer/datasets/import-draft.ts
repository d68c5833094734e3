import {
  modalityName,
  type ModalityType,
  reservedModalityNames,
  tableSettings,
  type TableSettings,
} from '#contract/dataset.ts'
import type { TableInspection } from '#contract/dataset/report.ts'

/** What a column is used for: as a modality of a type, or otherwise. */
export type ColumnUse = ModalityType | 'label' | 'split' | 'group' | 'unused'

interface ColumnChoice {
  column: string
  use: ColumnUse
  /** Its name as a modality. */
  modality: string
}

/** How a table is to be read, as a person is choosing it. */
export interface ImportDraft {
  columns: ColumnChoice[]
  /** What stands between several labels of a cell; empty where each has one, or is a list. */
  labelSeparator: string
  /** Pixels a side. */
  imageSize: number
  unusableRows: TableSettings['unusableRows']
}

export const isModality = (use: ColumnUse): boolean => ['image', 'text', 'vector'].includes(use)

export function draftFromInspection({ columns }: TableInspection): ImportDraft {
  const { imageSize, unusableRows } = tableSettings.parse({ label: '-', modalities: {} })
  return {
    labelSeparator: columns.find(({ role }) => role === 'label')?.separator ?? '',
    imageSize,
    unusableRows,
    columns: columns.map(({ name, role, type, modality }) => ({
      column: name,
      use: role === 'modality' ? type : role,
      modality,
    })),
  }
}

/** Settings of the contract, or why there are none yet: one sentence a fault. */
export function settingsFromDraft(draft: ImportDraft): { settings: TableSettings | null; faults: string[] } {
  const modalities = draft.columns.filter(({ use }) => isModality(use))
  const faults = faultsOf(draft, modalities)
  if (faults.length > 0) return { settings: null, faults }
  const only = (use: ColumnUse) => draft.columns.find((each) => each.use === use)?.column
  const [split, group] = [only('split'), only('group')]
  const parsed = tableSettings.safeParse({
    label: only('label'),
    ...(draft.labelSeparator.trim() !== '' && { labelSeparator: draft.labelSeparator.trim() }),
    modalities: Object.fromEntries(
      modalities.map(({ modality, column, use }) => [modality, { column, type: use }]),
    ),
    ...(split !== undefined && { split }),
    ...(group !== undefined && { group }),
    imageSize: draft.imageSize,
    unusableRows: draft.unusableRows,
  })
  if (parsed.success) return { settings: parsed.data, faults: [] }
  return {
    settings: null,
    faults: parsed.error.issues.map(({ path, message }) => `${path.join(' ')}: ${message}.`),
  }
}

function faultsOf({ columns }: ImportDraft, modalities: readonly ColumnChoice[]): string[] {
  const count = (use: ColumnUse) => columns.filter((each) => each.use === use).length
  const names = modalities.map(({ modality }) => modality)
  const doubled = names.find((name, at) => names.indexOf(name) < at)
  return [
    count('label') === 0 && 'Say which column holds the label: the class of each sample.',
    count('label') > 1 && 'Only one column can be the label.',
    count('split') > 1 && 'Only one column can name the split.',
    count('group') > 1 && 'Only one column can name the group.',
    modalities.length < 2 && 'At least two columns must be modalities: images, texts or vectors.',
    doubled !== undefined && `Two modalities are named ${doubled}.`,
    ...names.map(nameFault),
  ].filter((fault) => fault !== false)
}

function nameFault(name: string): string | false {
  if (reservedModalityNames.includes(name))
    return `No modality can be named ${name}: runs use the word themselves.`
  const parsed = modalityName.safeParse(name)
  return !parsed.success && `The name “${name}” cannot be used: ${parsed.error.issues[0].message}.`
}
