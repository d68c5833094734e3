import { operationName } from '../words.ts'
import { builtInData } from './built-in-data.ts'
import { stepOf, type Step } from './faults.ts'
import { titled } from './field-at.ts'
import { backboneFields, featureGroup, spaceGroups, strategyGroups, type Field } from './fields.ts'
import {
  backboneKind,
  datasetFields,
  defaultBackbone,
  meansSame,
  valueFromText,
  type Form,
  type Modality,
} from './form.ts'

export interface Difference {
  /** Where the field stands, as in the faults of a form. */
  path: string
  step: Step
  /** `Sparse operations: λ₁` */
  what: string
  now: string
  before: string
}

/** What the form says otherwise than another form: field by field, in the order of the pages. */
export function differencesBetween(form: Form, base: Form): Difference[] {
  const groups = [featureGroup, ...spaceGroups, ...strategyGroups]
  return [
    ...dataDifferences(form, base),
    ...form.modalities[form.source].flatMap((modality) => backboneDifferences(modality, form, base)),
    ...groups.flatMap(({ title, fields }) =>
      fields
        .filter((field) => !meansSame(field, form.settings[field.path], base.settings[field.path]))
        .map((field) =>
          difference(field, title, field.path, form.settings[field.path], base.settings[field.path]),
        ),
    ),
  ]
}

/** What a field's value would be without a change; of a modality that is new, the defaults of its type. */
export function baseBackbone(modality: Modality, form: Form, base: Form): Modality['backbone'] {
  const before = base.modalities[form.source].find(({ name }) => name === modality.name)
  return before?.type === modality.type ? before.backbone : defaultBackbone(modality.type)
}

function dataDifferences(form: Form, base: Form): Difference[] {
  const { source } = form
  const found: Difference[] = []
  if (source !== base.source)
    found.push({
      path: 'dataset.kind',
      step: 'dataset',
      what: 'Dataset',
      now: sourceWords[source],
      before: sourceWords[base.source],
    })
  for (const field of datasetFields[source]) {
    const [now, before] = [form.datasets[source][field.path], base.datasets[source][field.path]]
    if (!meansSame(field, now, before)) found.push(difference(field, 'Dataset', field.path, now, before))
  }
  const [now, before] = [columnsText(form), columnsText(base)]
  if (source === 'table' && now !== before)
    found.push({ path: 'dataset.modalities', step: 'dataset', what: 'Dataset: modalities', now, before })
  return found
}

const sourceWords = {
  emoji8: builtInData.emoji8.called,
  icons18: builtInData.icons18.called,
  table: 'a table',
} as const

const columnsText = (form: Form) =>
  form.modalities.table
    .filter(({ column }) => column.trim() !== '')
    .map(({ name, column, type }) => `${name} (${type} in ${column.trim()})`)
    .join(', ') || 'none'

function backboneDifferences(modality: Modality, form: Form, base: Form): Difference[] {
  const before = baseBackbone(modality, form, base)
  const files = fileDifference(modality, form, base)
  if (files.length > 0 || modality.file) return files
  return backboneFields[backboneKind(modality.type)]
    .filter((field) => !meansSame(field, modality.backbone[field.path], before[field.path]))
    .map((field) =>
      difference(
        field,
        `Backbone of ${modality.name}`,
        `backbones.${modality.name}.${field.path}`,
        modality.backbone[field.path],
        before[field.path],
      ),
    )
}

/** Another file, other tensors of it, or a file in place of a built-in backbone. */
function fileDifference({ name, type, file }: Modality, form: Form, base: Form): Difference[] {
  const same = base.modalities[form.source].find((each) => each.name === name && each.type === type)
  const [now, before] = [fileText(file), fileText(same?.file ?? null)]
  const path = `backbones.${name}`
  return now === before ? [] : [{ path, step: stepOf(path), what: `Backbone of ${name}`, now, before }]
}

const fileText = (file: Modality['file']): string =>
  file ? `the file ${file.id}, tensors ${file.taps.join(', ') || 'none'}` : 'built in'

function difference(field: Field, title: string, path: string, now = '', before = ''): Difference {
  return {
    path,
    step: stepOf(path),
    what: titled(title, field),
    now: inWords(field, now),
    before: inWords(field, before),
  }
}

/** A value as people read it. */
export function inWords(field: Field, text: string): string {
  if (field.kind === 'switch') return text === 'true' ? 'on' : 'off'
  if (field.kind === 'set') return (valueFromText(field, text) as string[]).map(operationName).join(', ')
  if (text.trim() === '') return field.empty ?? 'empty'
  return field.unit ? `${text.trim()} ${field.unit}` : text.trim()
}
