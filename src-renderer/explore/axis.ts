import { formatCount, formatSigned, unknown } from '#contract/format.ts'
import type { RunPoint, RunPoints, SettingValue } from '#contract/run/query.ts'
import { formatLatency, formatMagnitude, formatMoment } from '../format.ts'
import { scoreNameOf } from './score-kind.ts'

/** Something that every run has a value of: a figure, or one of a few words. */
export interface Axis {
  /** `score`, `setting:search.epochs`; stands in the address. */
  key: string
  label: string
  /** What the figures count, where the label does not say it. */
  unit?: string
  /** Which end is better; left out where neither is. */
  better?: 'high' | 'low'
  /** By point; null is unknown. */
  values: readonly (number | null)[]
  /** Words of an axis whose values are their places here; left out for figures. */
  words?: readonly string[]
  text(value: number): string
}

type Figure = Pick<Axis, 'key' | 'label' | 'unit' | 'better' | 'text'> & {
  of: (point: RunPoint) => number | null
}

const figures: readonly Figure[] = [
  {
    key: 'score',
    label: 'test score',
    better: 'high',
    of: (p) => p.score,
    text: (v) => v.toFixed(3),
  },
  {
    key: 'gain',
    label: 'gain',
    unit: 'over the best modality',
    better: 'high',
    of: (p) => p.gain,
    text: (v) => formatSigned(v, 3),
  },
  {
    key: 'parameters',
    label: 'parameters',
    better: 'low',
    of: (p) => p.parameters,
    text: formatMagnitude,
  },
  {
    key: 'multiplyAdds',
    label: 'multiply-adds',
    better: 'low',
    of: (p) => p.multiplyAdds,
    text: formatMagnitude,
  },
  {
    key: 'latency',
    label: 'latency',
    better: 'low',
    of: (p) => p.latencyMs,
    text: formatLatency,
  },
  {
    key: 'cost',
    label: 'search cost',
    unit: 'in forward passes',
    better: 'low',
    of: (p) => p.cost,
    text: formatMagnitude,
  },
  { key: 'seed', label: 'seed', of: (p) => p.seed, text: formatCount },
  {
    key: 'started',
    label: 'started',
    of: (p) => p.createdAt,
    text: (v) => formatMoment(v).slice(0, 10),
  },
]

const worded = [
  { key: 'strategy', of: (p: RunPoint) => p.strategy },
  { key: 'space', of: (p: RunPoint) => p.space },
  { key: 'dataset', of: (p: RunPoint) => p.dataset },
  { key: 'study', of: (p: RunPoint) => p.study },
] as const

/** Everything that points with scores of one kind can be laid out by, and of which at least one value is known. */
export function axesOf({ points, settings }: RunPoints): Axis[] {
  const measured = figures.map(({ of, ...axis }): Axis => {
    const values = points.map(of)
    return axis.key === 'score' && points.length > 0
      ? { ...axis, unit: `as ${scoreNameOf(points[0])}`, values }
      : { ...axis, values }
  })
  const words = worded.map(({ key, of }) => wordAxis(key, key, points.map(of)))
  const set = settings.map(({ path, values }) => settingAxis(path, values))
  return [...words, ...set, ...measured].filter(({ values }) => values.some((value) => value !== null))
}

function settingAxis(path: string, values: readonly SettingValue[]): Axis {
  const key = `setting:${path}`
  const numbers = values.every((value) => value === null || typeof value === 'number')
  if (!numbers)
    return wordAxis(
      key,
      path,
      values.map((value) => (value === null ? null : String(value))),
    )
  return {
    key,
    label: path,
    values: values as (number | null)[],
    text: plainNumber,
  }
}

function wordAxis(key: string, label: string, values: readonly (string | null)[]): Axis {
  const words = [...new Set(values.filter((value) => value !== null))].sort()
  const places = new Map(words.map((word, i) => [word, i]))
  return {
    key,
    label,
    words,
    values: values.map((value) => (value === null ? null : places.get(value)!)),
    text: (place) => words[place] ?? unknown,
  }
}

/** At most four figures, a true minus sign. */
function plainNumber(value: number): string {
  const rounded = Number(value.toPrecision(4))
  const text = value !== 0 && Math.abs(value) < 1e-3 ? rounded.toExponential() : String(rounded)
  return text.replaceAll('-', '−')
}

/** Whether the values are not all the same: an axis of equals says nothing. */
export const varies = ({ values }: Axis): boolean =>
  new Set(values.filter((value) => value !== null)).size > 1

/** They decide how long a search takes, not what it finds. */
const incidental = new Set(['setting:threads', 'setting:device'])
const outcomes = ['cost', 'latency', 'parameters', 'score']

/** Axes shown until the reader chooses: what was set to the left, what came of it to the right. */
export function defaultAxes(axes: readonly Axis[]): string[] {
  const varying = axes.filter(varies).map(({ key }) => key)
  const settings = varying.filter(
    (key) => key.startsWith('setting:') && !key.startsWith('setting:dataset.') && !incidental.has(key),
  )
  const shown = ['dataset', 'space', 'strategy', ...settings.slice(0, 3), ...outcomes].filter((key) =>
    varying.includes(key),
  )
  return shown.length > 1
    ? shown
    : ['strategy', ...outcomes].filter((key) => axes.some((axis) => axis.key === key))
}
