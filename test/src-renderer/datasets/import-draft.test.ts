import { expect, it } from 'vitest'
import { tableSettings } from '#contract/dataset.ts'
import type { ColumnInspection, TableInspection } from '#contract/dataset/report.ts'
import {
  draftFromInspection,
  settingsFromDraft,
  type ColumnUse,
} from '../../../src-renderer/datasets/import-draft.ts'

const column = (
  name: string,
  role: ColumnInspection['role'],
  type: ColumnInspection['type'],
): ColumnInspection => ({
  name,
  role,
  type,
  separator: name === 'Tags' ? '|' : null,
  modality: name.toLowerCase(),
  reason: '',
  examples: [],
  distinct: 1,
  missing: 0,
})
const inspection: TableInspection = {
  format: 'CSV',
  bytes: 1,
  rows: 1,
  examined: 1,
  columns: [
    column('Photo', 'modality', 'image'),
    column('Title', 'modality', 'text'),
    column('Kind', 'label', 'text'),
    column('Part', 'split', 'text'),
    column('Maker', 'group', 'text'),
    column('Sku', 'unused', 'text'),
  ],
}
const draft = draftFromInspection(inspection)
const withUses = (uses: Partial<Record<string, ColumnUse>>) => ({
  ...draft,
  columns: draft.columns.map((each) => ({ ...each, use: uses[each.column] ?? each.use })),
})

it('what was guessed becomes settings of the contract', () => {
  expect(settingsFromDraft(draft)).toEqual({
    faults: [],
    settings: tableSettings.parse({
      label: 'Kind',
      split: 'Part',
      group: 'Maker',
      modalities: { photo: { column: 'Photo', type: 'image' }, title: { column: 'Title', type: 'text' } },
    }),
  })
})

it('a separator between labels is taken from the label column, and needs none of blanks', () => {
  const tagged = draftFromInspection({ ...inspection, columns: [column('Tags', 'label', 'text')] })
  expect(tagged.labelSeparator).toBe('|')
  const separated = (labelSeparator: string) => settingsFromDraft({ ...draft, labelSeparator }).settings
  expect(separated(' ; ')).toMatchObject({ labelSeparator: ';' })
  expect(separated(' ')).not.toHaveProperty('labelSeparator')
})

it('columns that are not used leave no trace', () => {
  const { settings } = settingsFromDraft(withUses({ Part: 'unused', Maker: 'unused' }))
  expect(settings).not.toHaveProperty('split')
  expect(settings).not.toHaveProperty('group')
})

it.each<[string, Partial<Record<string, ColumnUse>>, RegExp]>([
  ['no label', { Kind: 'unused' }, /which column holds the label/],
  ['two labels', { Sku: 'label' }, /Only one column can be the label/],
  ['two splits', { Sku: 'split' }, /Only one column can name the split/],
  ['two groups', { Sku: 'group' }, /Only one column can name the group/],
  ['one modality', { Photo: 'unused' }, /At least two columns must be modalities/],
])('%s is told in a sentence', (_, uses, fault) => {
  expect(settingsFromDraft(withUses(uses))).toEqual({
    settings: null,
    faults: [expect.stringMatching(fault)],
  })
})

it('names that collide or are not allowed are told', () => {
  const named = (modality: string) => ({
    ...draft,
    columns: draft.columns.map((each) => (each.column === 'Title' ? { ...each, modality } : each)),
  })
  expect(settingsFromDraft(named('photo')).faults).toEqual(['Two modalities are named photo.'])
  expect(settingsFromDraft(named('My Title')).faults[0]).toContain('lower-case')
  expect(settingsFromDraft(named('logits')).faults[0]).toContain('No modality can be named logits')
  expect(settingsFromDraft({ ...draft, imageSize: 4 }).faults[0]).toContain('imageSize')
})
