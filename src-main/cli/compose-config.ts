import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import type { RunConfig } from '#contract/config.ts'
import { parseNewRunConfig } from '#contract/config/clashes.ts'
import type { ModalityType, tableSettings } from '#contract/dataset.ts'
import { modalityNameFromColumn } from '#contract/dataset/modality-name.ts'
import { Problem } from '#contract/problem.ts'
import { putSetting } from '#contract/config/setting-path.ts'
import { presetNames, readPreset } from '../presets/read-presets.ts'

type TableSettingsInput = z.input<typeof tableSettings>

/** The columns of a table and what they are for. */
export interface ColumnOptions {
  image?: string[]
  text?: string[]
  vector?: string[]
  label?: string
  labelSeparator?: string
  split?: string
  group?: string
}

/** What a user may say of a search on the command line. */
export interface SearchOptions extends ColumnOptions {
  preset?: string
  table?: string
  seed?: string
  device?: string
  threads?: string
  name?: string
  /** `path.to.field=value`, the value as JSON or, failing that, as text. */
  set?: string[]
}

type Plain = Record<string, unknown>

/**
 * The configuration that a file or preset, the options for a table, and single settings give together, the later over
 * the earlier.
 * @throws Problem `bad-arguments`, `bad-configuration`, `file-not-found`, `file-unreadable`
 */
export function composeConfig(file: string | undefined, options: SearchOptions): RunConfig {
  if (file !== undefined && options.preset !== undefined)
    throw new Problem('bad-arguments', `--preset ${options.preset}`, `the settings already come from ${file}`)
  const config = file === undefined ? presetConfig(options.preset) : readPlain(file)
  if (options.table !== undefined) config['dataset'] = tableSpecFrom(options.table, options)
  else refuseColumns(options)
  if (options.table === undefined && file !== undefined) anchorTable(config, dirname(resolve(file)))
  if (options.seed !== undefined) config['seed'] = valueFrom(options.seed)
  if (options.threads !== undefined) config['threads'] = valueFrom(options.threads)
  if (options.device !== undefined) config['device'] = options.device
  if (options.name !== undefined) config['name'] = options.name
  for (const assignment of options.set ?? []) assign(config, assignment)
  if (config['dataset'] === undefined && file === undefined) refuseWithoutData(options)
  return parseNewRunConfig(config, file ?? 'command line')
}

function refuseWithoutData({ preset }: SearchOptions): never {
  if (preset !== undefined)
    throw new Problem('bad-arguments', `--preset ${preset}`, 'it has no data: name yours with --table')
  throw new Problem(
    'bad-arguments',
    'no data',
    'name a table with --table, settings that have data (search --preset demo, study --base demo), or a built-in dataset (--set dataset.kind=emoji8)',
  )
}

function presetConfig(name: string | undefined): Plain {
  if (name === undefined) return {}
  const names = presetNames()
  if (names.includes(name)) return readPreset(name).config
  throw new Problem('bad-arguments', `--preset ${name}`, `the presets are ${names.join(', ')}`)
}

/**
 * The object of a JSON file.
 * @throws Problem `file-not-found`, `file-unreadable`, `bad-configuration`
 */
export function readPlain(path: string): Plain {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Problem(code === 'ENOENT' ? 'file-not-found' : 'file-unreadable', path, message, {
      cause: error,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Problem('bad-configuration', path, (error as Error).message, { cause: error })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Plain
  throw new Problem('bad-configuration', path, 'it holds no JSON object')
}

function tableSpecFrom(path: string, options: SearchOptions): Plain {
  return { kind: 'table', path: resolve(path), ...tableSettingsFrom(path, options) }
}

/**
 * How the options say that a table is read.
 * @throws Problem `bad-arguments` without a label, with fewer than two columns, and for a column that is named twice
 */
export function tableSettingsFrom(path: string, options: ColumnOptions): TableSettingsInput {
  if (options.label === undefined)
    throw new Problem('bad-arguments', path, 'name the column of the labels with --label')
  const columns = (['image', 'text', 'vector'] as const).flatMap((type: ModalityType) =>
    (options[type] ?? []).map((column) => ({ column, type })),
  )
  if (columns.length < 2)
    throw new Problem('bad-arguments', path, 'name two columns or more with --image, --text and --vector')
  const { label, labelSeparator, split, group } = options
  return {
    modalities: nameModalities(columns),
    label,
    ...(labelSeparator !== undefined && { labelSeparator }),
    ...(split !== undefined && { split }),
    ...(group !== undefined && { group }),
  }
}

/** What says how to read a table says nothing without one. */
function refuseColumns(options: SearchOptions): void {
  const columns = ['image', 'text', 'vector', 'label', 'labelSeparator', 'split', 'group'] as const
  const stray = columns.find((name) => options[name] !== undefined)
  if (stray === undefined) return
  const option = stray === 'labelSeparator' ? 'label-separator' : stray
  throw new Problem('bad-arguments', `--${option} ${options[stray]}`, 'name its table with --table')
}

interface ModalityColumn {
  column: string
  type: ModalityType
}

/** Modalities by names made from those of their columns. */
function nameModalities(columns: readonly ModalityColumn[]): Record<string, ModalityColumn> {
  const named: Record<string, ModalityColumn> = {}
  for (const modality of columns) {
    const { column, type } = modality
    if (Object.values(named).some((other) => other.column === column))
      throw new Problem('bad-arguments', `--${type} ${column}`, 'the column already is a modality')
    named[modalityNameFromColumn(column, Object.keys(named))] = modality
  }
  return named
}

/** A path in a configuration file is relative to that file. */
export function anchorTable(config: Plain, folder: string): void {
  const dataset = config['dataset']
  if (typeof dataset !== 'object' || dataset === null) return
  const { path } = dataset as Plain
  if (typeof path === 'string') (dataset as Plain)['path'] = resolve(folder, path)
}

function assign(config: Plain, assignment: string): void {
  const cut = assignment.indexOf('=')
  if (cut < 1) throw new Problem('bad-arguments', `--set ${assignment}`, 'write it as field=value')
  putSetting(config, assignment.slice(0, cut), valueFrom(assignment.slice(cut + 1)))
}

/** A value as JSON or, failing that, as text. */
export function valueFrom(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
