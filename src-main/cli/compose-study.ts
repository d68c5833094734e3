import { dirname, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { RunConfig } from '#contract/config.ts'
import type { StudyPreset } from '#contract/config/preset.ts'
import { Problem } from '#contract/problem.ts'
import { expandStudy, studyPlan, type StudyAxis, type StudyPlan } from '#contract/config/study.ts'
import { presetNames, readStudyPresets } from '../presets/read-presets.ts'
import { anchorTable, composeConfig, readPlain, valueFrom, type SearchOptions } from './compose-config.ts'

/** What a user may say of a study on the command line. */
export interface StudyOptions extends Omit<SearchOptions, 'seed'> {
  /** A file or preset of settings that every run starts from. */
  base?: string
  /** `field=value,value` */
  vary?: string[]
  /** `1-5`, `1,2,7` */
  seeds?: string
}

/**
 * The grid that a file, or a preset and options, describe; every point of it is a valid configuration.
 * @throws Problem `bad-arguments`, `bad-configuration`, `file-not-found`, `file-unreadable`
 */
export function composeStudy(file: string | undefined, options: StudyOptions): StudyPlan {
  const plan = file === undefined ? planFromOptions(options) : planFromFile(file, options)
  const parsed = studyPlan.safeParse(plan)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`)
    throw new Problem('bad-configuration', file ?? 'command line', faults.join('; '))
  }
  refuseIdleAxes(parsed.data, file ?? 'command line')
  expandStudy(parsed.data)
  return parsed.data
}

/** What a study sets itself. */
const own: Readonly<Record<string, string>> = {
  seed: 'the seeds of a study are its own: name them with --seeds',
  name: 'runs are named after what tells them apart',
  study: 'runs know their study',
  schemaVersion: 'it says how settings are written',
}

/** Two axes of one field, or equal values, would make equal runs under different names. */
function refuseIdleAxes({ axes }: StudyPlan, where: string): void {
  const known = new Set<string>()
  for (const { title, values } of axes) {
    const paths = new Set(values.flatMap(({ changes }) => Object.keys(changes)))
    for (const path of paths) {
      if (Object.hasOwn(own, path))
        throw new Problem('bad-configuration', where, `${path} cannot vary: ${own[path]}`)
      if (known.has(path)) throw new Problem('bad-configuration', where, `${path} varies twice`)
      known.add(path)
    }
    const equal = values.find(({ changes }, i) =>
      values.slice(0, i).some((other) => isDeepStrictEqual(other.changes, changes)),
    )
    if (equal) throw new Problem('bad-configuration', where, `${title}: ${equal.label} is there twice`)
  }
}

function planFromFile(file: string, options: StudyOptions): unknown {
  const sources = ['preset', 'base', 'table', 'vary', 'seeds', 'name', 'device', 'threads', 'set'] as const
  const stray = sources.find((name) => options[name] !== undefined)
  if (stray !== undefined)
    throw new Problem('bad-arguments', `--${stray} ${options[stray]}`, `the study already comes from ${file}`)
  const plan = readPlain(file)
  const { base } = plan
  if (typeof base === 'object' && base !== null)
    anchorTable(base as Record<string, unknown>, dirname(resolve(file)))
  return plan
}

function planFromOptions(options: StudyOptions): Record<keyof StudyPlan, unknown> {
  const preset = options.preset === undefined ? null : presetNamed(options.preset)
  const axes = [...(preset?.axes ?? []), ...(options.vary ?? []).map(axisFrom)]
  if (axes.length === 0)
    throw new Problem(
      'bad-arguments',
      'study',
      'name a file, a preset with --preset, or what varies with --vary',
    )
  return {
    name: options.name ?? preset?.title ?? '',
    base: baseFrom(options),
    axes,
    seeds: seedsFrom(options.seeds ?? `1-${preset?.seeds ?? 3}`),
  }
}

function presetNamed(name: string): StudyPreset {
  const presets = readStudyPresets()
  const preset = presets.find((each) => each.name === name)
  if (preset) return preset
  const names = presets.map((each) => each.name).join(', ')
  throw new Problem('bad-arguments', `--preset ${name}`, `the presets of studies are ${names}`)
}

/** The runs are named after what tells them apart. */
function baseFrom({ base, name: _name, preset: _preset, ...options }: StudyOptions): RunConfig {
  if (base === undefined) return composeConfig(undefined, options)
  return presetNames().includes(base)
    ? composeConfig(undefined, { ...options, preset: base })
    : composeConfig(base, options)
}

function axisFrom(text: string): StudyAxis {
  const cut = text.indexOf('=')
  const values = valuesFrom(text.slice(cut + 1))
  if (cut < 1 || values.includes(''))
    throw new Problem('bad-arguments', `--vary ${text}`, 'write it as field=value,value')
  const path = text.slice(0, cut)
  return {
    title: path,
    values: values.map((value) => ({
      label: `${path.split('.').at(-1)} ${labelOf(value)}`,
      changes: { [path]: value },
    })),
  }
}

type Value = StudyAxis['values'][number]['changes'][string]

/** `5,10`, `darts,random`, and lists as JSON: `["sum","glu"],["sum","concat"]`. */
function valuesFrom(text: string): Value[] {
  try {
    return JSON.parse(`[${text}]`) as Value[]
  } catch {
    return text.split(',').map((value) => valueFrom(value) as Value)
  }
}

function labelOf(value: Value): string {
  if (value === null) return 'by default'
  if (Array.isArray(value)) return value.map(labelOf).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const mostSeeds = 100

function seedsFrom(text: string): number[] {
  const wrong = new Problem('bad-arguments', `--seeds ${text}`, 'write them as 1-5 or 1,2,7; at most 100')
  return text.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim()) ?? []
    if (first === undefined) throw wrong
    const count = Number(last) - Number(first) + 1
    if (count < 1 || count > mostSeeds) throw wrong
    return Array.from({ length: count }, (_, i) => Number(first) + i)
  })
}
