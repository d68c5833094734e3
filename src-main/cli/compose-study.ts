import { dirname, resolve } from 'node:path'
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
  expandStudy(parsed.data)
  return parsed.data
}

function planFromFile(file: string, options: StudyOptions): unknown {
  const own = ['preset', 'base', 'table', 'vary', 'seeds', 'name', 'device', 'threads', 'set'] as const
  const stray = own.find((name) => options[name] !== undefined)
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
  const values = text.slice(cut + 1).split(',')
  if (cut < 1 || values.includes(''))
    throw new Problem('bad-arguments', `--vary ${text}`, 'write it as field=value,value')
  const path = text.slice(0, cut)
  return {
    title: path,
    values: values.map((value) => ({
      label: `${path.split('.').at(-1)} ${value}`,
      changes: { [path]: valueFrom(value) as StudyAxis['values'][number]['changes'][string] },
    })),
  }
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
