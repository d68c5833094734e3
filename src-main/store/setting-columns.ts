import type { SettingColumn, SettingValue } from '#contract/run/query.ts'

/** What every run's row says already, and what does not decide a result. */
const left = new Set(['schemaVersion', 'search.strategy', 'space.name', 'dataset.kind'])

/**
 * The settings that are not the same in all of these configurations (as JSON), a column each in the order of the
 * configuration. Equal texts are read once: runs of a study share them.
 */
export function varyingSettings(configs: readonly string[]): SettingColumn[] {
  const flat = new Map([...new Set(configs)].map((text) => [text, flatten(JSON.parse(text), '')]))
  const paths = new Set([...flat.values()].flatMap((settings) => [...settings.keys()]))
  const varying = [...paths].filter((path) => {
    const values = new Set([...flat.values()].map((settings) => settings.get(path)))
    return values.size > 1 && !left.has(path)
  })
  return varying.map((path) => ({ path, values: configs.map((text) => flat.get(text)!.get(path) ?? null) }))
}

/** Every setting by its path, `search.epochs`; lists are one text. */
function flatten(value: unknown, path: string): Map<string, SettingValue> {
  if (Array.isArray(value)) return new Map([[path, value.join(', ')]])
  if (value === null || typeof value !== 'object') return new Map([[path, value as SettingValue]])
  const entries = Object.entries(value)
  return new Map(entries.flatMap(([key, inner]) => [...flatten(inner, path ? `${path}.${key}` : key)]))
}
