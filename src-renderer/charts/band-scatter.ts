import { niceAxis, type NiceAxis } from '#contract/drawing/nice-axis.ts'
import type { Ends, Tick } from './plot.ts'

/** Pixels around the plot, for ticks and names. */
export const scatterMargin = { top: 10, right: 14, bottom: 36, left: 46 }

/** A value with its 95 % band, in units of the score (0–1). */
interface Banded {
  value: number
  low: number | null
  high: number | null
}

/** Something that two ways of finding out tell of. */
export interface BandedPoint {
  id: string
  across: Banded
  up: Banded
  hollow: boolean
  title: string
}

interface PlacedAxis {
  ticks: Tick[]
  zero: number
}

export interface BandScatterLayout {
  points: (Pick<BandedPoint, 'id' | 'hollow' | 'title'> & {
    x: number
    y: number
    /** Ends of both bands. */
    bandX: Ends | null
    bandY: Ends | null
  })[]
  x: PlacedAxis
  y: PlacedAxis
  /** Both ends of the line on which both are equal, as far as it is inside: x, y, x, y; null where it passes by. */
  identity: readonly [number, number, number, number] | null
}

/** Where points with bands both ways stand, in pixels. Each axis reaches as far as its own bands, and holds 0. */
export function layOutBands(
  points: readonly BandedPoint[],
  { width, height }: { width: number; height: number },
): BandScatterLayout {
  const xs = axisOf(points.flatMap(({ across }) => endsOf(across)))
  const ys = axisOf(points.flatMap(({ up }) => endsOf(up)))
  const { top, right, bottom, left } = scatterMargin
  const atX = (share: number) => left + ((100 * share - xs.min) / (xs.max - xs.min)) * (width - left - right)
  const atY = (share: number) =>
    height - bottom - ((100 * share - ys.min) / (ys.max - ys.min)) * (height - top - bottom)
  const [from, to] = [Math.max(xs.min, ys.min) / 100, Math.min(xs.max, ys.max) / 100]
  return {
    points: points.map(({ id, hollow, title, across, up }) => ({
      id,
      hollow,
      title,
      x: atX(across.value),
      y: atY(up.value),
      bandX: bandOf(across, atX),
      bandY: bandOf(up, atY),
    })),
    x: { ticks: ticksOf(xs, atX), zero: atX(0) },
    y: { ticks: ticksOf(ys, atY), zero: atY(0) },
    identity: from < to ? [atX(from), atY(from), atX(to), atY(to)] : null,
  }
}

const endsOf = ({ value, low, high }: Banded) => [value, low ?? value, high ?? value]

const bandOf = ({ low, high }: Banded, at: (share: number) => number): Ends | null =>
  low === null || high === null ? null : [at(low), at(high)]

/** In points, with zero. */
const axisOf = (shares: readonly number[]): NiceAxis =>
  niceAxis([0, ...shares.map((share) => 100 * share)], 4)

function ticksOf({ min, max, step, decimals }: NiceAxis, at: (share: number) => number): PlacedAxis['ticks'] {
  const count = Math.round((max - min) / step)
  return Array.from({ length: count + 1 }, (_, i) => {
    const value = Number((min + i * step).toFixed(decimals))
    return { at: at(value / 100), text: tickText(value, decimals) }
  })
}

function tickText(value: number, decimals: number): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : ''
  return sign + Math.abs(value).toFixed(decimals)
}
