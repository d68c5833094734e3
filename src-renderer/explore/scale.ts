import { niceAxis } from '#contract/drawing/nice-axis.ts'
import type { Axis } from './axis.ts'

/** Where the values of an axis stand, 0 (below, left) to 1. */
export interface Scale {
  log: boolean
  at(value: number): number
  /** The value at a place; of words the nearest place. */
  from(place: number): number
  ticks: { at: number; text: string }[]
}

/** Whether an axis can be logarithmic: figures that are all positive. */
export const canBeLog = ({ words, values }: Axis): boolean =>
  !words && values.some((value) => value !== null) && values.every((value) => value === null || value > 0)

/** Whether it is better so until the reader chooses: values whose largest is several times the smallest. */
export function isLogByNature(axis: Axis): boolean {
  if (!canBeLog(axis) || axis.key === 'started' || axis.key === 'seed') return false
  const [low, high] = extent(axis)
  return high / low >= 8
}

/** Smallest and largest known value; 0 and 1 where none is. */
function extent({ values }: Pick<Axis, 'values'>): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value === null) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : [0, 1]
}

/** Of figures it reaches as far as the values at `shown`, of all where that is left out. */
export function scaleOf(axis: Axis, log: boolean, shown?: readonly number[]): Scale {
  if (axis.words) return wordScale(axis.words)
  const part = shown ? { ...axis, values: shown.map((i) => axis.values[i]) } : axis
  return log && canBeLog(part) ? logScale(part) : linearScale(part)
}

/** Each word in the middle of its share. */
function wordScale(words: readonly string[]): Scale {
  const { length } = words
  const at = (place: number) => (place + 0.5) / length
  return {
    log: false,
    at,
    from: (share) => Math.min(length - 1, Math.max(0, Math.floor(share * length))),
    ticks: words.map((text, i) => ({ at: at(i), text })),
  }
}

function linearScale(axis: Axis): Scale {
  const [low, high] = extent(axis)
  const { min, max, step } = niceAxis([low, high], 4)
  const at = (value: number) => (value - min) / (max - min)
  const count = Math.round((max - min) / step)
  const all = Array.from({ length: count + 1 }, (_, i) => min + i * step)
  const counts = axis.values.every((value) => value === null || Number.isInteger(value))
  const whole = all.filter(Number.isInteger)
  const ticks = (counts && whole.length > 1 ? whole : all).filter(
    (value, i, shown) => i === 0 || axis.text(value) !== axis.text(shown[i - 1]),
  )
  return {
    log: false,
    at,
    from: (share) => min + share * (max - min),
    ticks: ticks.map((value) => ({ at: at(value), text: axis.text(value) })),
  }
}

/** From power to power of ten where there are several, else from value to value; ticks at 1, 2 and 5. */
function logScale(axis: Axis): Scale {
  const [low, high] = extent(axis).map(Math.log10)
  const [from, to] =
    high - low < 1e-9 ? [low - 0.5, high + 0.5] : [low - 0.02 * (high - low), high + 0.02 * (high - low)]
  const at = (value: number) => (Math.log10(value) - from) / (to - from)
  const powers = Array.from(
    { length: Math.ceil(to) - Math.floor(from) + 1 },
    (_, i) => 10 ** (Math.floor(from) + i),
  )
  const factors = to - from > 2.5 ? [1] : to - from > 1.2 ? [1, 3] : [1, 2, 5]
  const ticks = powers.flatMap((power) => factors.map((factor) => factor * power))
  const inside = ticks.filter((value) => at(value) >= 0 && at(value) <= 1)
  const shown = inside.length >= 2 ? inside : [10 ** low, 10 ** high]
  return {
    log: true,
    at,
    from: (share) => 10 ** (from + share * (to - from)),
    ticks: shown.map((value) => ({ at: at(value), text: axis.text(value) })),
  }
}
