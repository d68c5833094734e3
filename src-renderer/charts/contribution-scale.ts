import { roundStep } from '#contract/drawing/nice-axis.ts'

/** Where contributions stand on their common axis, in per cent of its width. */
export interface ContributionScale {
  at(phi: number): number
  ticks: { phi: number; at: number }[]
}

/** An axis with zero, wide enough for every value, ticks at round points (φ · 100). */
export function contributionScale(values: readonly number[]): ContributionScale {
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const width = high - low || 0.01
  const [from, to] = [low - 0.03 * width, high + 0.03 * width]
  const at = (phi: number) => (100 * (phi - from)) / (to - from)
  const step = roundStep((100 * width) / 4) / 100
  const first = Math.ceil(from / step)
  const count = Math.floor(to / step) - first + 1
  const ticks = Array.from({ length: count }, (_, i) => (first + i) * step)
  return { at, ticks: ticks.map((phi) => ({ phi, at: at(phi) })) }
}
