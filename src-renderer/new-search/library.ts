import type { DatasetEntry } from '#contract/calls/datasets.ts'
import { configFromForm, type Form } from './form.ts'

/** A text that equal data have in common, in whatever order their parts were written. */
function dataKey(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, inner]) => `${key}:${dataKey(inner)}`).join(',')
}

/** The dataset of the library that the form is about; undefined for built-in data and for tables that are not in it. */
export function entryOf(form: Form, entries: readonly DatasetEntry[]): DatasetEntry | undefined {
  if (form.source !== 'table') return undefined
  const key = dataKey(configFromForm(form)['dataset'])
  return entries.find(({ spec }) => dataKey(spec) === key)
}

/** The imported ones; built-in data are offered with their own fields. */
export const importedOf = (entries: readonly DatasetEntry[]): DatasetEntry[] =>
  entries.filter(({ spec }) => spec.kind === 'table')
