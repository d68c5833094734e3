import type { Estimate, Seconds } from '#contract/estimate.ts'

/** Each takes some ten seconds to measure: of more points than this some stand for all. */
export const mostMeasured = 24

/** So many of them at most, evenly spread. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)])
}

/**
 * The estimate of runs that are done one after the other, each `times` times: times and what stays on the disk add up, of
 * memory the most counts.
 */
export function sumEstimates(estimates: readonly Estimate[], times: number): Estimate {
  const [first] = estimates
  const add = (parts: readonly Seconds[]): Seconds => ({
    seconds: times * sum(parts.map(({ seconds }) => seconds)),
    low: times * sum(parts.map(({ low }) => low)),
    high: times * sum(parts.map(({ high }) => high)),
  })
  const heaviest = estimates.reduce((most, each) => (each.memory.needed > most.memory.needed ? each : most))
  return {
    ...first,
    phases: first.phases.map(({ phase }, i) => ({ phase, ...add(estimates.map(({ phases }) => phases[i])) })),
    total: add(estimates.map(({ total }) => total)),
    memory: heaviest.memory,
    disk: { ...first.disk, needed: times * sum(estimates.map(({ disk }) => disk.needed)) },
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
