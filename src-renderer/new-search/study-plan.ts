import { runConfig, type RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import {
  configOfPoint,
  mostStudyRuns,
  pointName,
  pointsOf,
  type StudyAxis,
  type StudyPlan,
  type StudyPoint,
} from '#contract/config/study.ts'
import { inWords } from './differences.ts'
import { fieldAt, titled } from './field-at.ts'
import { validateForm, type Faults } from './faults.ts'
import type { Field } from './fields.ts'
import { backboneFrom, configFromForm, copyForm, formFromConfig, valueFromText, type Form } from './form.ts'

/** What a form asks for beyond one run. */
export interface StudyDraft {
  axes: StudyAxis[]
  seeds: number[]
  /** Runs of the whole grid. */
  runs: number
  /** Null while something of it is wrong. */
  plan: StudyPlan | null
  /** One configuration a point, of the first seed; empty while something is wrong. */
  configs: RunConfig[]
  /** By path of the varied field; `study.seeds`, and `study` for what concerns the whole. */
  faults: Faults
}

/** Fields that cannot vary: the seeds of a study have their own place, and names follow from its points. */
const fixed = new Set(['name', 'seed', 'dataset.path', 'dataset.label'])
export const canVary = (path: string): boolean => !fixed.has(path)

/** Whether the values of a field are listed between semicolons, because a value may hold commas itself. */
const hasCommas = ({ kind }: Field) => kind === 'list' || kind === 'set' || kind === 'text'

/** The texts of a list of values: `8, 16; 16, 32` of a list, `8, 16` of a number. */
export function valueTexts(field: Field, text: string): string[] {
  const texts = text.split(hasCommas(field) ? ';' : /[\s,;]+/).map((each) => each.trim())
  return texts.filter((each) => each !== '')
}

export const listOfTexts = (field: Field, texts: readonly string[]): string =>
  texts.join(hasCommas(field) ? '; ' : ', ')

/** A copy of the form with one text in the place of another. */
function formWith(form: Form, path: string, text: string): Form {
  const copy = copyForm(form)
  const { values, key } = fieldAt(path, copy)!
  values[key] = text
  return copy
}

/** What one value of a varied field changes: itself, a whole backbone, or a space together with its candidates. */
function changesOf(form: Form, path: string, text: string): StudyAxis['values'][number]['changes'] {
  const { field } = fieldAt(path, form)!
  const value = valueFromText(field, text)
  if (path === 'space.name') return { 'space.name': String(value), 'space.operations': null }
  return { [path]: (value ?? null) as StudyAxis['values'][number]['changes'][string] }
}

function axisOf(form: Form, path: string, text: string, faults: Map<string, string>): StudyAxis | null {
  const { field, title } = fieldAt(path, form)!
  const texts = valueTexts(field, text)
  const meanings = new Set(texts.map((each) => JSON.stringify(valueFromText(field, each))))
  if (texts.length === 0) faults.set(path, 'Name the values to vary over.')
  else if (meanings.size < texts.length) faults.set(path, 'A value is named twice.')
  for (const each of texts) {
    const fault = validateForm(formWith(form, path, each)).faults.get(path)
    if (fault && !faults.has(path)) faults.set(path, `${each}: ${fault}`)
  }
  if (faults.has(path)) return null
  return {
    title: titled(title, field),
    values: texts.map((each) => ({ label: inWords(field, each), changes: changesOf(form, path, each) })),
  }
}

/** The base of a grid: a varied backbone stands in it with all its settings. */
function baseOf(form: Form): RunConfig | null {
  const config = configFromForm(form)
  const backbones = config['backbones'] as Record<string, unknown>
  for (const path of Object.keys(form.study.vary)) {
    const [head, name] = path.split('.')
    const modality = form.modalities[form.source].find((each) => each.name === name)
    if (head === 'backbones' && modality) backbones[name] = backboneFrom(modality)
  }
  return runConfig.safeParse(config).data ?? null
}

function seedsOf(form: Form): number[] | null {
  const [first, count] = [Number(form.settings['seed']), Number(form.study.seeds)]
  if (!Number.isInteger(count) || count < 1 || count > 100 || !Number.isInteger(first)) return null
  return Array.from({ length: count }, (_, i) => first + i)
}

/** The study that a form asks for; null where it asks for one run. */
export function studyFromForm(watched: Form): StudyDraft | null {
  const form = copyForm(watched)
  const { vary, axes: given, seeds: count } = form.study
  const paths = Object.keys(vary).filter((path) => fieldAt(path, form) !== null)
  if (paths.length === 0 && given.length === 0 && count.trim() === '1') return null
  const faults = new Map<string, string>()
  const seeds = seedsOf(form)
  if (!seeds) faults.set('study.seeds', 'Must be a whole number from 1 to 100.')
  const own = paths.flatMap((path) => axisOf(form, path, vary[path], faults) ?? [])
  const axes = [...given, ...own]
  const runs = axes.reduce((product, { values }) => product * values.length, seeds?.length ?? 1)
  if (runs > mostStudyRuns)
    faults.set('study', `${runs} runs are more than ${mostStudyRuns}; leave out values or seeds.`)
  const base = baseOf(form)
  const draft: StudyDraft = { axes, seeds: seeds ?? [], runs, plan: null, configs: [], faults }
  if (!base || !seeds || faults.size > 0) return draft
  const plan: StudyPlan = { name: base.name, base: { ...base, name: '' }, axes, seeds }
  try {
    const configs = pointsOf(axes).map((point) => checkedConfig(plan, point))
    return { ...draft, plan, configs }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    faults.set('study', `${error.where}: ${error.detail}`)
    return draft
  }
}

/** A point's configuration, also against what the schema alone cannot see. */
function checkedConfig(plan: StudyPlan, point: StudyPoint): RunConfig {
  const config = configOfPoint(plan, point, plan.seeds[0])
  const { faults } = validateForm(formFromConfig(config))
  const [first] = faults
  if (first) throw new Problem('bad-configuration', pointName(point), `${first[0]}: ${first[1]}`)
  return config
}
