import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  methodFile,
  presetFile,
  studyPresetFile,
  type Preset,
  type StudyPreset,
} from '#contract/config/preset.ts'
import { packageRoot } from '../package-root.ts'

/** The installation's own files: what is wrong with one is a defect, and throws as it is. */
const folder = join(packageRoot, 'resources', 'presets')

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(folder, ...path), 'utf8'))

const namesIn = (...path: string[]): string[] =>
  readdirSync(join(folder, ...path))
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort()

/** The names of all presets, in the order of the alphabet. */
export const presetNames = (): string[] => namesIn()

/** A preset by one of `presetNames`, with the deviations of its method. */
export function readPreset(name: string): Preset {
  const { method, deviations, ...preset } = presetFile.parse(read(`${name}.json`))
  const ofMethod = method === undefined ? [] : methodFile.parse(read('methods', `${method}.json`))
  return { ...preset, name, deviations: [...deviations, ...ofMethod] }
}

export const readStudyPresets = (): StudyPreset[] =>
  namesIn('studies').map((name) => ({ ...studyPresetFile.parse(read('studies', `${name}.json`)), name }))
