import type { Table } from '../table.ts'
import { flattenSettings } from '../config/setting-path.ts'
import type { ComparedRun } from './compared-run.ts'

export interface SettingRow {
  /** `search.epochs` */
  path: string
  /** By run; null where the run has no such setting. */
  values: (string | null)[]
  differs: boolean
}

/** The name stands above every column, and a study only holds runs together. */
const hidden = new Set(['name', 'study'])

/** All settings of all runs, in the order of the configuration. */
export function settingRows(runs: readonly ComparedRun[]): SettingRow[] {
  const flat = runs.map(({ config }) => flattenSettings(config))
  const paths = new Set(flat.flatMap((settings) => [...settings.keys()]))
  return [...paths]
    .filter((path) => !hidden.has(path))
    .map((path) => {
      const values = flat.map((settings) => settings.get(path) ?? null)
      return { path, values, differs: new Set(values).size > 1 }
    })
}

export function settingsTable(rows: readonly SettingRow[], runs: readonly ComparedRun[]): Table {
  return {
    columns: ['setting', ...runs.map(({ label }) => label)],
    rows: rows.map(({ path, values }) => [path, ...values]),
  }
}
