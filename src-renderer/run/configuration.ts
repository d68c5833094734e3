import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import { flattenSettings } from '#contract/config/setting-path.ts'

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
  const defaults = flattenSettings(parseRunConfig({ dataset: { kind: 'emoji8' } }, 'defaults'))
  const settings = [...flattenSettings(config)].map(([path, value]) => ({
    path,
    value,
    // A name is no setting: it changes nothing of the result.
    changed: path !== 'name' && defaults.get(path) !== value,
    standard: defaults.get(path) ?? null,
  }))
  const groups = Map.groupBy(settings, ({ path }) => (path.includes('.') ? path.split('.')[0] : 'run'))
  return [...groups].map(([name, settings]) => ({ name, settings }))
}
