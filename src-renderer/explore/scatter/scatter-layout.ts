import type { PlotBox } from '../../charts/plot.ts'
import type { ScaledAxis } from '../view.ts'

const margin = { top: 12, right: 16, bottom: 38, left: 58 }

interface Size {
  width: number
  height: number
}

export const plotBox = ({ width, height }: Size): PlotBox => ({
  left: margin.left,
  right: width - margin.right,
  top: margin.top,
  bottom: height - margin.bottom,
})

/** Pixels of every point; NaN where a value is unknown. */
export function pointPixels(
  x: ScaledAxis,
  y: ScaledAxis,
  size: Size,
): { xs: Float32Array; ys: Float32Array } {
  const { left, right, top, bottom } = plotBox(size)
  const [w, h] = [right - left, bottom - top]
  return {
    xs: Float32Array.from(x.values, (value) => (value === null ? NaN : left + x.scale.at(value) * w)),
    ys: Float32Array.from(y.values, (value) => (value === null ? NaN : top + (1 - y.scale.at(value)) * h)),
  }
}

/** Places 0 … 1 on both axes of a pixel, kept within the plot. */
export function placesAt(px: number, py: number, size: Size): { x: number; y: number } {
  const { left, right, top, bottom } = plotBox(size)
  const within = (place: number) => Math.min(1, Math.max(0, place))
  return {
    x: within((px - left) / (right - left)),
    y: within((bottom - py) / (bottom - top)),
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
