import type { Table } from '../charts/chart.ts'
import { flatten } from '../run/configuration.ts'
import type { ComparedRun } from './compared-run.ts'

interface DifferingSetting {
  /** `search.epochs` */
  path: string
  /** By run; null where the run has no such setting. */
  values: (string | null)[]
}

export interface SettingsDifference {
  differing: DifferingSetting[]
  /** How many settings are equal in all runs. */
  equal: number
}

/** The name stands above every column. */
const hidden = new Set(['name'])

/** Settings whose values are not the same in all runs, in the order of the configuration. */
export function settingsDifference(runs: readonly ComparedRun[]): SettingsDifference {
  const flat = runs.map(({ config }) => flatten(config))
  const paths = [...new Set(flat.flatMap((settings) => [...settings.keys()]))].filter(
    (path) => !hidden.has(path),
  )
  const rows = paths.map((path) => ({ path, values: flat.map((settings) => settings.get(path) ?? null) }))
  const differing = rows.filter(({ values }) => new Set(values).size > 1)
  return { differing, equal: rows.length - differing.length }
}

export function settingsTable(runs: readonly ComparedRun[]): Table {
  return {
    columns: ['setting', ...runs.map(({ label }) => label)],
    rows: settingsDifference(runs).differing.map(({ path, values }) => [path, ...values]),
  }
}
