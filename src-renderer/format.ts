import { formatCount, formatDuration, formatScore, formatSigned, unknown } from '#contract/format.ts'

/** What the window says beyond the figures that every entry of the product writes alike (src-contract/format.ts). */

const thinSpace = '\u2009'

/** Score of a run or model, or "–" while there is none. */
export function formatScoreOrUnknown(
  score: { mean: number; deviation: number; repetitions: number } | null,
): string {
  return score ? formatScore(score.mean, score.deviation, score.repetitions) : unknown
}

/** A share of the score in points: 0.031 → `+3.1`. */
export const formatPoints = (share: number): string => formatSigned(100 * share, 1)

/** Multiply-adds and the like in three figures at most: `3.2 M`. */
export function formatMagnitude(value: number): string {
  if (value < 1000) return formatCount(value)
  const units = ['k', 'M', 'G', 'T']
  const power = Math.min(units.length, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1000 ** power
  return `${scaled.toFixed(scaled < 10 ? 1 : 0)}${thinSpace}${units[power - 1]}`
}

/** `0.084 ms`, `2.4 ms`, `12 ms`, `1.4 s`: two figures also of the fastest, or all small networks would look alike. */
export function formatLatency(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  const shown = ms > 0 && ms < 0.995 ? ms.toPrecision(2) : ms.toFixed(ms < 10 ? 1 : 0)
  return `${shown} ms`
}

/** What is left, told no more exactly than it can be known: `about 4 min 15 s left`, `about 14 min left`. */
export function formatRemaining(ms: number): string {
  if (ms < 10_000) return 'a few seconds left'
  const grain = ms < 60_000 ? 10_000 : ms < 600_000 ? 15_000 : 60_000
  return `about ${formatDuration(Math.ceil(ms / grain) * grain).replace(/ 00 s$/, '')} left`
}

/** `just now`, `4 min ago`, `3 h ago`, `yesterday`, `12 days ago` */
export function formatAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ago`
  const days = Math.floor(hours / 24)
  return days === 1 ? 'yesterday' : `${formatCount(days)} days ago`
}

/** `2026-03-14 09:26:53`, local time */
export function formatMoment(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** A share as `43 %`; 100 % only when it is all. */
export function formatShare(share: number): string {
  const percent = Math.round(100 * share)
  return `${share < 1 ? Math.min(99, percent) : percent} %`
}
