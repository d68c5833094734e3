import type { ScaledAxis } from '../view.ts'

export const scatterMargin = { top: 12, right: 16, bottom: 38, left: 58 }

interface Size {
  width: number
  height: number
}

/** Pixels of every point; NaN where a value is unknown. */
export function pointPixels(
  x: ScaledAxis,
  y: ScaledAxis,
  { width, height }: Size,
): { xs: Float32Array; ys: Float32Array } {
  const { left, right, top, bottom } = scatterMargin
  const [w, h] = [width - left - right, height - top - bottom]
  return {
    xs: Float32Array.from(x.values, (value) => (value === null ? NaN : left + x.scale.at(value) * w)),
    ys: Float32Array.from(y.values, (value) => (value === null ? NaN : top + (1 - y.scale.at(value)) * h)),
  }
}

/** Places 0 … 1 on both axes of a pixel, kept within the plot. */
export function placesAt(px: number, py: number, { width, height }: Size): { x: number; y: number } {
  const { left, right, top, bottom } = scatterMargin
  const within = (place: number) => Math.min(1, Math.max(0, place))
  return {
    x: within((px - left) / (width - left - right)),
    y: within(1 - (py - top) / (height - top - bottom)),
  }
}

/** The point nearest to a pixel, or null where none is within `reach` pixels. */
export function nearest(
  indices: readonly number[],
  { xs, ys }: { xs: Float32Array; ys: Float32Array },
  px: number,
  py: number,
  reach: number,
): number | null {
  let best: number | null = null
  let least = reach * reach
  for (const index of indices) {
    const distance = (xs[index] - px) ** 2 + (ys[index] - py) ** 2
    if (distance <= least) [best, least] = [index, distance]
  }
  return best
}
