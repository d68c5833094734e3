import { z } from 'zod'
import { runConfig, type RunConfig } from '../config.ts'
import { settingAt } from './setting-path.ts'
import { studyAxis } from './study.ts'

const settingValue = z.union([z.number(), z.string(), z.boolean()])

/** What a preset does otherwise than its source, in words, where no setting says it. */
const methodDeviation = z.strictObject({
  what: z.string(),
  /** What the source does; "not said" where it is silent. */
  paper: z.string(),
  ours: z.string(),
  why: z.string(),
})

/** A file of `resources/presets`: settings after a publication, and every place where they leave it. */
export const presetFile = z.strictObject({
  title: z.string(),
  about: z.string(),
  /** The publication with its section, table or appendix. */
  source: z.string(),
  /** The settings that are not the defaults; without `dataset` the data are the user's. */
  config: z.record(z.string(), z.unknown()),
  /** What the source says of our settings, by their paths. */
  paper: z.record(z.string(), settingValue),
  /** Why a setting is not the source's, by its path; and what else differs, in words. */
  deviations: z.array(z.union([z.strictObject({ path: z.string(), why: z.string() }), methodDeviation])),
  /** A file of `resources/presets/methods` with what our method does otherwise, whatever the settings. */
  method: z.string().optional(),
})
type PresetFile = z.infer<typeof presetFile>

export const methodFile = z.array(methodDeviation)

/** A preset under its name; the deviations of its method are among its own. */
export type Preset = Omit<PresetFile, 'method'> & { name: string }

/** One difference between a configuration and the publication that it follows. */
export interface Deviation {
  /** The setting; null for what no setting says. */
  path: string | null
  what: string
  paper: string
  ours: string
  /** Empty where the user departed from the source. */
  why: string
}

/** The configuration of a preset with all defaults, over stand-in data where the data are the user's. */
export function configOfPreset({ config }: Pick<Preset, 'config'>): RunConfig {
  return runConfig.parse({ dataset: { kind: 'emoji8' }, ...config })
}

/**
 * Everything in which a configuration departs from the preset's source: settings first, in the order of the source,
 * with the reason of those that the preset itself changes.
 */
export function deviationsOf(preset: Preset, config: object = configOfPreset(preset)): Deviation[] {
  const own = configOfPreset(preset)
  const settings = Object.entries(preset.paper).flatMap(([path, paper]): Deviation[] => {
    const ours = settingAt(config, path)
    if (ours === paper) return []
    const known = preset.deviations.find((each) => 'path' in each && each.path === path)
    const why = known && settingAt(own, path) === ours ? known.why : ''
    return [{ path, what: path, paper: String(paper), ours: String(ours ?? 'none'), why }]
  })
  const method = preset.deviations.flatMap((each) => ('path' in each ? [] : [{ path: null, ...each }]))
  return [...settings, ...method]
}

/** A file of `resources/presets/studies`: a grid that is laid over any configuration. */
export const studyPresetFile = z.strictObject({
  title: z.string(),
  about: z.string(),
  source: z.string(),
  axes: z.array(studyAxis).min(1),
  seeds: z.int().min(1),
})
export type StudyPreset = z.infer<typeof studyPresetFile> & { name: string }
