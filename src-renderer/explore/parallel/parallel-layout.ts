import type { ScaledAxis } from '../view.ts'

/** Pixels to the right of the last axis, for its ticks' words. */
export const roomAfterLast = 116
/** Pixels around the axes: names above, what is unknown below. */
const margin = { top: 40, bottom: 26, left: 64, right: roomAfterLast }

/** Closer axes have their names in two rows by turns. */
export const closeAxes = 100

/** Where every axis stands from the left. */
export function axisPlaces(count: number, width: number): number[] {
  const room = width - margin.left - margin.right
  return Array.from({ length: count }, (_, i) => margin.left + (count === 1 ? 0.5 : i / (count - 1)) * room)
}

/** Pixels from the top of a place 0 … 1 on an axis. */
export const heightOf = (place: number, height: number): number =>
  margin.top + (1 - place) * (height - margin.top - margin.bottom)

/** The place of pixels from the top, kept on the axis. */
export function placeAt(y: number, height: number): number {
  const place = 1 - (y - margin.top) / (height - margin.top - margin.bottom)
  return Math.min(1, Math.max(0, place))
}

/** How far equal values spread, so that a crowd can be seen: words in a share of their room, figures of the axis. */
const spread = { words: 0.5, figures: 0.02 }
/** Figures of no more different values than this spread, too. */
const fewValues = 12

/** Pixels from the top of every point on an axis; what is unknown stands below the axis. */
export function pixelsOf({ values, words, scale }: ScaledAxis, height: number): Float32Array {
  const below = heightOf(0, height) + 14
  const isFew = words !== undefined || new Set(values).size <= fewValues
  const room = !isFew ? 0 : words ? spread.words / words.length : spread.figures
  return Float32Array.from(values, (value, i) => {
    if (value === null) return below
    // The golden ratio scatters neighbours evenly, and the same each time.
    const jitter = room * (((i * 0.618034) % 1) - 0.5)
    return heightOf(scale.at(value) + jitter, height)
  })
}

/** The places on an axis that a range of values covers; of words their whole rooms. What lies beyond stands at an end. */
export function brushPlaces({ words, scale }: ScaledAxis, low: number, high: number): [number, number] {
  const half = words ? 0.5 / words.length : 0
  const onAxis = (place: number) => Math.min(1, Math.max(0, place))
  return [onAxis(scale.at(low) - half), onAxis(scale.at(high) + half)]
}
