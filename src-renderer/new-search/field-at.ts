import { capitalise } from '../words.ts'
import { backboneFields, featureGroup, spaceGroups, strategyGroups, type Field } from './fields.ts'
import { backboneKind, datasetFields, type Form, type Values } from './form.ts'

interface FoundField {
  field: Field
  /** The title of its group. */
  title: string
  /** Where its text stands, and under which key. */
  values: Values
  key: string
}

/** The field with a path as in faults and differences: `space.cells`, `dataset.salt`, `backbones.text.units`. */
export function fieldAt(path: string, form: Form): FoundField | null {
  const [head, name, ...rest] = path.split('.')
  if (head === 'dataset') {
    const field = datasetFields[form.source].find((each) => each.path === path)
    return field ? { field, title: 'Dataset', values: form.datasets[form.source], key: path } : null
  }
  if (head === 'backbones') {
    const modality = form.modalities[form.source].find((each) => each.name === name)
    const key = rest.join('.')
    const fields = modality && !modality.file ? backboneFields[backboneKind(modality.type)] : []
    const field = fields.find((each) => each.path === key)
    return modality && field ? { field, title: `Backbone of ${name}`, values: modality.backbone, key } : null
  }
  for (const { title, fields } of [featureGroup, ...spaceGroups, ...strategyGroups]) {
    const field = fields.find((each) => each.path === path)
    if (field) return { field, title, values: form.settings, key: path }
  }
  return null
}

/** A field of the form as people read it: `Fusion: Cells`, `Column of modality 2`. */
export function fieldName(path: string, form: Form): string {
  const row = /^dataset\.modalities\.(\d+)\.(\w+)$/.exec(path)
  if (row) return `${capitalise(row[2])} of modality ${Number(row[1]) + 1}`
  const found = fieldAt(path, form)
  if (found) return titled(found.title, found.field)
  return path === 'dataset.modalities' ? 'Modalities' : path
}

export const titled = (title: string, { label }: Pick<Field, 'label'>): string =>
  title === label ? label : `${title}: ${label}`
