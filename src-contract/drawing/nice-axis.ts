/** An axis whose ends and ticks are round numbers. */
export interface NiceAxis {
  min: number
  max: number
  step: number
  /** Decimals that tell its ticks apart. */
  decimals: number
}

/** The smallest of 1, 2, 5, 10 times a power of ten that is at least `step`. */
export function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= step * 0.999)!
}

/** A round axis around all values with about `intervals` intervals; 0 to 1 when there are none. */
export function niceAxis(values: readonly number[], intervals: number): NiceAxis {
  const low = values.length > 0 ? Math.min(...values) : 0
  const high = values.length > 0 ? Math.max(...values) : 1
  // A flat line gets an axis of its own height; differences below a billionth are flat.
  const width = high - low > 1e-9 ? high - low : Math.max(Math.abs(high), 1e-6)
  const step = roundStep(width / intervals)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const round = (value: number) => Number(value.toFixed(digits))
  const min = round(step * Math.floor(low / step + 1e-9))
  const max = round(step * Math.ceil(high / step - 1e-9))
  return { min, max: max > min ? max : round(min + step), step, decimals: digits }
}

/**
 * Places that are at least `gap` apart and as near as may be to the wanted ones, within 0 … `room`. Null stays null.
 */
export function spread(wanted: readonly (number | null)[], gap: number, room: number): (number | null)[] {
  const order = wanted
    .flatMap((place, index) => (place === null ? [] : [{ index, place }]))
    .sort((a, b) => a.place - b.place)
  const result: (number | null)[] = wanted.map(() => null)
  let floor = -Infinity
  for (const item of order) {
    item.place = Math.max(item.place, floor)
    floor = item.place + gap
  }
  let ceiling = Math.max(room, gap * (order.length - 1))
  for (const item of order.toReversed()) {
    item.place = Math.min(item.place, ceiling)
    ceiling = item.place - gap
    result[item.index] = item.place
  }
  return result
}
