import type { Seconds } from '#contract/estimate.ts'

/** How much measured figures may differ from the next minute's, on a quiet machine. */
const drift = 0.1

export interface TimingOptions {
  /** Units of work in one call. */
  units?: number
  /** Seconds that are spent on it at most, unless the first calls alone take longer. */
  budget?: number
  /** Called before every call; what it throws ends the measurement. */
  breathe: () => Promise<void>
}

/**
 * Seconds of one unit of `work`: the median over calls after a first one that warms up, with their quartiles, at least
 * 10 % around it. Where one call takes far longer than the budget it alone counts.
 */
export async function timed(
  work: () => Promise<unknown>,
  { units = 1, budget = 0.7, breathe }: TimingOptions,
): Promise<Seconds> {
  const call = async () => {
    await breathe()
    const begun = performance.now()
    await work()
    return (performance.now() - begun) / 1000 / units
  }
  const first = await call()
  if (first * units > 3 * budget) return around([first])
  const found: number[] = []
  const begun = performance.now()
  while (found.length < 3 || (found.length < 25 && performance.now() - begun < 1000 * budget))
    found.push(await call())
  return around(found)
}

/** One measurement of something that is done once, such as loading; its own spread is not known. */
export async function timedOnce<T>(work: () => Promise<T>): Promise<{ value: T; took: Seconds }> {
  const begun = performance.now()
  const value = await work()
  return { value, took: around([(performance.now() - begun) / 1000], 0.5) }
}

function around(found: readonly number[], least = drift): Seconds {
  const sorted = found.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]
  const seconds = at(0.5)
  return {
    seconds,
    low: Math.min(at(0.25), (1 - least) * seconds),
    high: Math.max(at(0.75), (1 + least) * seconds),
  }
}
