import type { Axis } from './axis.ts'

/** A range on an axis, both ends included, in the axis's own values. */
export interface Brush {
  low: number
  high: number
}

/** By axis key. */
export type Brushes = ReadonlyMap<string, Brush>

/** `score~0.7~0.8;parameters~1000~20000` in an address; what cannot be read is left out. */
export function brushesFromText(text: string): Brushes {
  const parts = text.split(';').flatMap((part) => {
    const [key, low, high, ...rest] = part.split('~')
    const range = { low: Number(low), high: Number(high) }
    const fits = rest.length === 0 && key !== '' && low && high && range.low <= range.high
    return fits ? [[key, range] as const] : []
  })
  return new Map(parts)
}

/** Six figures tell any two runs apart that a brush can. */
export const textFromBrushes = (brushes: Brushes): string =>
  [...brushes].map(([key, { low, high }]) => `${key}~${shorten(low)}~${shorten(high)}`).join(';')

const shorten = (value: number) =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))

export function withBrush(brushes: Brushes, key: string, brush: Brush | null): Brushes {
  const next = new Map(brushes)
  if (brush) next.set(key, brush)
  else next.delete(key)
  return next
}

/** Which of the points fit every brush; a point without a value on a brushed axis does not. */
export function brushed(
  indices: readonly number[],
  axes: ReadonlyMap<string, Axis>,
  brushes: Brushes,
): number[] {
  const limits = [...brushes].flatMap(([key, brush]) => {
    const axis = axes.get(key)
    return axis ? [{ values: axis.values, ...brush }] : []
  })
  return indices.filter((i) =>
    limits.every(({ values, low, high }) => {
      const value = values[i]
      return value !== null && value >= low && value <= high
    }),
  )
}
