import { parseRunConfig, type RunConfig } from '#contract/config.ts'

interface Setting {
  /** `search.epochs` */
  path: string
  value: string
  /** Whether it differs from what an empty configuration of the same dataset would have. */
  changed: boolean
  /** What it would be by default; null where there is no default. */
  standard: string | null
}

export interface SettingGroup {
  name: string
  settings: Setting[]
}

/** A configuration as groups of settings, each marked when it is not the default. */
export function settingGroups(config: RunConfig): SettingGroup[] {
  const defaults = flatten(parseRunConfig({ dataset: { kind: 'emoji8' } }, 'defaults'))
  const settings = [...flatten(config)].map(([path, value]) => ({
    path,
    value,
    // A name is no setting: it changes nothing of the result.
    changed: path !== 'name' && defaults.get(path) !== value,
    standard: defaults.get(path) ?? null,
  }))
  const groups = Map.groupBy(settings, ({ path }) => (path.includes('.') ? path.split('.')[0] : 'run'))
  return [...groups].map(([name, settings]) => ({ name, settings }))
}

/** Every setting by its path, `search.epochs`; lists in one line. */
export function flatten(value: unknown, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return new Map([[path, Array.isArray(value) ? value.join(', ') : String(value)]])
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...flatten(inner, path ? `${path}.${key}` : key)]),
  )
}
