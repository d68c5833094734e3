import { backboneConfig, runConfig, type OnnxConfig, type RunConfig } from '#contract/config.ts'
import { datasetSpec, type DatasetSpec, type ModalityType } from '#contract/dataset.ts'
import { operationsOf, spaceNames, type SpaceName } from '#contract/genotype.ts'
import { putSetting, settingAt } from '#contract/config/setting-path.ts'
import type { StudyAxis } from '#contract/config/study.ts'
import {
  backboneFields,
  emojiFields,
  featureGroup,
  iconFields,
  spaceGroups,
  strategyGroups,
  tableFields,
  type Field,
} from './fields.ts'

/** What stands in the inputs, by path of the field, as text. */
export type Values = Record<string, string>

export interface Modality {
  name: string
  /** Column of the table; empty for built-in data. */
  column: string
  type: ModalityType
  /** Settings of the built-in backbone that fits the type. */
  backbone: Values
  /** The imported file that reads the modality in its place. */
  file: OnnxConfig | null
}

export type Source = DatasetSpec['kind']

/** A configuration as it is being written; all sources are kept while one of them is chosen. */
export interface Form {
  source: Source
  settings: Values
  datasets: Record<Source, Values>
  modalities: Record<Source, Modality[]>
  study: StudyForm
}

/** What makes a study of a search; nothing, as long as there is one seed and no value more. */
export interface StudyForm {
  /** The values that fields vary over, by path, as text. */
  vary: Values
  /** Axes of a preset, which each change several settings at once. */
  axes: StudyAxis[]
  /** How many seeds, from the one of the form on. */
  seeds: string
}

export const emptyStudy = (): StudyForm => ({ vary: {}, axes: [], seeds: '1' })

export const settingFields: readonly Field[] = [featureGroup, ...spaceGroups, ...strategyGroups].flatMap(
  ({ fields }) => fields,
)
export const datasetFields: Record<Source, readonly Field[]> = {
  emoji8: emojiFields,
  icons18: iconFields,
  table: tableFields,
}

export const backboneKind = (type: ModalityType): 'cnn' | 'maxout' => (type === 'image' ? 'cnn' : 'maxout')

/** A form with every default of the configuration's schema. */
export const emptyForm = (): Form => formFromConfig(runConfig.parse({ dataset: { kind: 'emoji8' } }))

/** The form that gives this configuration. */
export function formFromConfig(config: RunConfig): Form {
  const { dataset } = config
  const backboneOf = (name: string, type: ModalityType): Pick<Modality, 'backbone' | 'file'> => {
    const own = config.backbones[name]
    const defaults = defaultBackbone(type)
    if (!own) return { backbone: defaults, file: null }
    if (own.kind === 'onnx') return { backbone: defaults, file: own }
    return { backbone: { ...defaults, ...valuesFrom(backboneFields[own.kind], own) }, file: null }
  }
  const pictureAndName = (kind: Source): Modality[] =>
    (['image', 'text'] as const).map((type) => ({
      name: type,
      column: '',
      type,
      ...(dataset.kind === kind ? backboneOf(type, type) : { backbone: defaultBackbone(type), file: null }),
    }))
  const columns =
    dataset.kind === 'table'
      ? Object.entries(dataset.modalities).map(([name, { column, type }]) => ({
          name,
          column,
          type,
          ...backboneOf(name, type),
        }))
      : [newModality('image'), newModality('text')]
  return {
    source: dataset.kind,
    settings: valuesFrom(settingFields, config),
    datasets: {
      ...datasetDefaults(),
      [dataset.kind]: valuesFrom(datasetFields[dataset.kind], config),
    },
    modalities: {
      emoji8: pictureAndName('emoji8'),
      icons18: pictureAndName('icons18'),
      table: columns,
    },
    study: emptyStudy(),
  }
}

/** A copy that shares nothing, of a form that the page may be watching. */
export const copyForm = (form: Form): Form => JSON.parse(JSON.stringify(form)) as Form

/** Puts the data of a configuration in place of the form's own. */
export function takeData(form: Form, dataset: RunConfig['dataset']): void {
  const given = formFromConfig(runConfig.parse({ dataset }))
  form.source = given.source
  form.datasets[given.source] = given.datasets[given.source]
  const before = form.modalities[given.source]
  form.modalities[given.source] = given.modalities[given.source].map((modality) => {
    const known = before.find(({ name, type }) => name === modality.name && type === modality.type)
    return known ? { ...modality, backbone: known.backbone, file: known.file } : modality
  })
}

export function newModality(type: ModalityType, name: string = type): Modality {
  return { name, column: '', type, backbone: defaultBackbone(type), file: null }
}

export const defaultBackbone = (type: ModalityType): Values => {
  const kind = backboneKind(type)
  return valuesFrom(backboneFields[kind], backboneConfig.parse({ kind }))
}

function datasetDefaults(): Record<Source, Values> {
  const dataset = datasetSpec.parse({ kind: 'table', path: '-', label: '-', modalities: {} })
  const ofKind = (kind: Source) => valuesFrom(datasetFields[kind], { dataset: datasetSpec.parse({ kind }) })
  return {
    emoji8: ofKind('emoji8'),
    icons18: ofKind('icons18'),
    table: { ...valuesFrom(tableFields, { dataset }), 'dataset.path': '', 'dataset.label': '' },
  }
}

/** The fields' values as text; what a configuration leaves out is empty. */
function valuesFrom(fields: readonly Field[], config: object): Values {
  const values = Object.fromEntries(fields.map(({ path }) => [path, textFromValue(settingAt(config, path))]))
  if (values['space.operations'] === '')
    values['space.operations'] = operationsOf[values['space.name'] as SpaceName].join(', ')
  return values
}

function textFromValue(value: unknown): string {
  if (value === undefined) return ''
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** What a text in an input means; a text that is no number stays text, which the schema then refuses. */
export function valueFromText({ kind, optional, choices }: Field, text: string): unknown {
  const trimmed = text.trim()
  if (kind === 'list') return entriesOf(trimmed).map(numberFromText)
  if (kind === 'set') return entriesOf(trimmed)
  if (kind === 'switch') return trimmed === 'true'
  if (trimmed === '' && optional) return undefined
  const numeric = kind === 'number' || (kind === 'choice' && choices?.every((choice) => /^\d+$/.test(choice)))
  return numeric ? numberFromText(trimmed) : trimmed
}

const entriesOf = (text: string) => text.split(/[\s,;]+/).filter((entry) => entry !== '')
const numberFromText = (text: string): number | string =>
  text === '' || Number.isNaN(Number(text)) ? text : Number(text)

/** Whether two texts mean the same: `1e-5` and `0.00001` do. */
export const meansSame = (field: Field, one = '', other = ''): boolean =>
  JSON.stringify(valueFromText(field, one)) === JSON.stringify(valueFromText(field, other))

/** The configuration as the form has it, not validated; defaults of backbones are left out. */
export function configFromForm(form: Form): Record<string, unknown> {
  const config: Record<string, unknown> = {}
  for (const field of settingFields)
    write(config, field.path, valueFromText(field, form.settings[field.path]))
  const spaceName = spaceNames.find((name) => name === form.settings['space.name'])
  const all: readonly string[] = spaceName ? operationsOf[spaceName] : []
  const space = config['space'] as { operations?: string[] }
  const chosen = all.filter((name) => space.operations?.includes(name))
  if (chosen.length === all.length) delete space.operations
  else space.operations = chosen

  for (const field of datasetFields[form.source])
    write(config, field.path, valueFromText(field, form.datasets[form.source][field.path]))
  const dataset = config['dataset'] as Record<string, unknown>
  dataset['kind'] = form.source
  const modalities = form.modalities[form.source]
  if (form.source === 'table')
    dataset['modalities'] = Object.fromEntries(
      modalities.map(({ name, column, type }) => [name, { column: column.trim(), type }]),
    )
  config['backbones'] = Object.fromEntries(
    modalities.filter(hasOwnBackbone).map((modality) => [modality.name, backboneFrom(modality)]),
  )
  return config
}

function hasOwnBackbone({ type, backbone, file }: Modality): boolean {
  if (file) return true
  const defaults = defaultBackbone(type)
  return backboneFields[backboneKind(type)].some(
    (field) => !meansSame(field, backbone[field.path], defaults[field.path]),
  )
}

export function backboneFrom({ type, backbone: values, file }: Modality): Record<string, unknown> {
  if (file) return { ...file }
  const kind = backboneKind(type)
  const backbone: Record<string, unknown> = { kind }
  for (const field of backboneFields[kind]) backbone[field.path] = valueFromText(field, values[field.path])
  return backbone
}

function write(config: object, path: string, value: unknown): void {
  if (value !== undefined) putSetting(config, path, value)
}
